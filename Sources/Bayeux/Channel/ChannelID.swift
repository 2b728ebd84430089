/// The name of a channel, checked, with what its form says about it.
///
/// A name is absolute, its segments are parted by `/` and none of them is empty. One trailing slash is dropped.
/// The last segment may be a wildcard: `/chat/*` stands for exactly one more segment, `/chat/**` for one or more.
/// Whole segments in braces make a template, such as `/news/{category}`, whose values ``bind(_:)`` takes out.
///
/// - SeeAlso: Bayeux specification, "Channels"; CometD 3.1.14, `ChannelId`.
public struct ChannelID: Hashable, Sendable, CustomStringConvertible {
    /// What messages of a channel are for.
    public enum Kind: Hashable, Sendable {
        /// `/meta/**`: the protocol's own exchanges; never fanned out.
        case meta
        /// `/service/**`: between one client and the server; never fanned out.
        case service
        /// All others: what is published reaches every subscriber.
        case broadcast
    }

    /// How many segments the last one stands for.
    public enum Wildcard: Hashable, Sendable {
        /// The name means itself.
        case none
        /// `*`: exactly one segment.
        case single
        /// `**`: one segment or more.
        case deep
    }

    /// The name, without a trailing slash.
    public let name: String
    /// What the channel's messages are for.
    public let kind: Kind
    /// Whether the name ends in a wildcard.
    public let wildcard: Wildcard
    /// Whether segments of the name are parameters in braces.
    public let isTemplate: Bool

    /// How many bytes a name may have.
    ///
    /// Our own limit; a longer one is illegal. It bounds what a client can make the server keep for a channel.
    public static let maxLength = 1024
    /// How many segments a name may have.
    ///
    /// Our own limit; a name with more is illegal. A message is looked up once for each of them.
    public static let maxSegments = 32

    /// Reads a channel name.
    ///
    /// - Parameter name: An absolute name such as `/chat/room1`, `/chat/*` or `/news/{category}`.
    /// - Throws: ``BayeuxError`` with ``BayeuxError/Code/channelInvalid`` when the name is relative, is empty or `/`,
    ///   is longer than ``maxLength`` or ``maxSegments``, has an empty segment, an illegal character, a wildcard before its end, a brace that does not enclose a whole
    ///   segment, or both a wildcard and a parameter.
    /// - Complexity: O(*n*) in the bytes of `name`.
    public init(_ name: String) throws(BayeuxError) {
        var name = name
        if name.utf8.count > 1, name.utf8.last == UInt8(ascii: "/") { name.removeLast() }
        guard name.utf8.first == UInt8(ascii: "/"), 2...Self.maxLength ~= name.utf8.count,
            ChannelCharacters.areLegal(name)
        else {
            throw BayeuxError(.channelInvalid)
        }
        let segments = Self.segments(of: name)
        guard segments.count <= Self.maxSegments else { throw BayeuxError(.channelInvalid) }
        var wildcard = Wildcard.none
        var isTemplate = false
        for (index, segment) in segments.enumerated() {
            guard !segment.isEmpty else { throw BayeuxError(.channelInvalid) }
            let segmentWildcard = Self.wildcard(segment)
            if segmentWildcard != .none {
                guard index == segments.count - 1 else { throw BayeuxError(.channelInvalid) }
                wildcard = segmentWildcard
            } else if segment.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
                guard Self.parameter(segment) != nil else { throw BayeuxError(.channelInvalid) }
                isTemplate = true
            }
        }
        guard wildcard == .none || !isTemplate else { throw BayeuxError(.channelInvalid) }
        self.name = name
        self.wildcard = wildcard
        self.isTemplate = isTemplate
        self.kind =
            switch segments[0] {
            case "meta" where segments.count > 1: .meta
            case "service" where segments.count > 1: .service
            default: .broadcast
            }
    }

    /// The name.
    public var description: String { self.name }

    /// Channels are the same when their names are.
    public static func == (one: Self, other: Self) -> Bool { one.name == other.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.name) }

    /// Whether the name ends in `*` or `**`.
    public var isWild: Bool { self.wildcard != .none }

    /// The parts of the name between the slashes.
    public var segments: [Substring] { Self.segments(of: self.name) }

    /// The patterns that match this channel, in CometD's order: for `/a/b` these are `/a/*`, `/a/**` and `/**`.
    ///
    /// A pattern has none: it is matched by its own name only.
    public var patterns: [String] {
        guard !self.isWild else { return [] }
        var parent = ""
        var deepPatterns = ["/**"]
        for segment in self.segments.dropLast() {
            parent += "/" + segment
            deepPatterns.append(parent + "/**")
        }
        return [parent + "/*"] + deepPatterns.reversed()
    }

    /// Whether a message for `other` concerns this channel: the names are the same, or this is a pattern that has it.
    public func matches(_ other: ChannelID) -> Bool {
        guard self.isWild else { return self.name == other.name }
        guard !other.isWild else { return self.name == other.name }
        let own = self.segments.dropLast()
        let others = other.segments
        guard others.starts(with: own) else { return false }
        return self.wildcard == .single ? others.count == own.count + 1 : others.count > own.count
    }

    /// Takes the values of this template's parameters out of a channel.
    ///
    /// - Parameter channel: The channel of a message, such as `/news/sport`.
    /// - Returns: The values by the parameters' names, such as `["category": "sport"]`; `nil` when the channel has
    ///   another number of segments or differs in one that is no parameter. Empty for the template's own equal.
    public func bind(_ channel: ChannelID) -> [String: String]? {
        let own = self.segments
        let others = channel.segments
        guard own.count == others.count, !self.isWild, !channel.isWild else { return nil }
        var values: [String: String] = [:]
        for (segment, other) in zip(own, others) {
            if let parameter = Self.parameter(segment) {
                values[String(parameter)] = String(other)
            } else if segment != other {
                return nil
            }
        }
        return values
    }

    private static func segments(of name: String) -> [Substring] {
        name.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func wildcard(_ segment: Substring) -> Wildcard {
        switch segment {
        case "*": .single
        case "**": .deep
        default: .none
        }
    }

    /// The name within the braces of a whole-segment parameter.
    private static func parameter(_ segment: Substring) -> Substring? {
        guard segment.first == "{", segment.last == "}" else { return nil }
        let name = segment.dropFirst().dropLast()
        return name.isEmpty || name.contains("{") || name.contains("}") ? nil : name
    }
}
