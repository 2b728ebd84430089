/// What the demo's chat allows; together the limits bound its memory.
struct ChatLimits: Sendable {
    /// How many characters of Unicode a name may have, without white space around it.
    var maxNameLength = 32
    /// How many characters of Unicode a line may have.
    var maxTextLength = 2000
    /// How many rooms there may be with somebody in them.
    var maxRooms = 1024
    /// How many members a room may have.
    var maxMembers = 256
    /// How many rooms one session may be in.
    var maxRoomsOfSession = 16
    /// How many letters, digits and dashes the name of a room may have.
    var maxRoomNameLength = 32

    /// The name of a room on whose channel something happens; `nil` when there can be no such room.
    ///
    /// - Parameter channel: A channel such as `/chat/demo`.
    /// - Returns: The name, of small letters of English, digits and dashes.
    func room(ofChannel channel: String) -> String? {
        guard channel.hasPrefix(ChatService.roomPrefix) else { return nil }
        let name = channel.dropFirst(ChatService.roomPrefix.count)
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        return isLegal && (1...self.maxRoomNameLength).contains(name.utf8.count) ? String(name) : nil
    }

    /// A name as members have it; `nil` when nobody can be called so.
    ///
    /// Commas part the names of those who get a private line, so that there are none in names. Markup is text like any
    /// other: it is for pages to show it as such.
    func memberName(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 16 * self.maxNameLength else { return nil }
        let name = text.trimmed
        let isLegal = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: scalar != ","
            }
        }
        return isLegal && (1...self.maxNameLength).contains(name.unicodeScalars.count) ? name : nil
    }

    /// Whether a text can be said.
    func allows(text: String) -> Bool { (1...self.maxTextLength).contains(text.unicodeScalars.count) }
}

extension String {
    /// The text without white space around it.
    var trimmed: String {
        let rest = self.drop { $0.isWhitespace }
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
