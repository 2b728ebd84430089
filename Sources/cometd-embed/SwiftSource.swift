/// Files as Swift source: one table with a literal for each.
///
/// The literals are plain, in ASCII, and on one line each, which the compiler takes faster than anything else: half a
/// megabyte costs it well under a second.
struct SwiftSource {
    let files: [EmbeddedFile]

    /// The source, which is the same for the same files.
    var text: String {
        var text = """
            // Made by cometd-embed from the files of Web.

            extension WebFile {
                /// The files that are part of the program, in the order of their paths.
                static let embedded: [WebFile] = [

            """
        for file in self.files {
            text += "        WebFile(path: \(Self.literal(file.path)), tag: \"\(Self.tag(of: file.content))\","
            text += " content: \(Self.literal(file.content))),\n"
        }
        return text + "    ]\n}\n"
    }

    /// A literal of a text.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case " "..."~": literal.unicodeScalars.append(scalar)
            default: literal += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return literal + "\""
    }

    /// Tells contents apart: 128 bits of FNV-1a.
    static func tag(of text: String) -> String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 {
            hash ^= UInt128(byte)
            hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        return String(hash, radix: 36)
    }
}
