import CometDServer

/// The extensions that `cometd serve` can install, by the names that they have on a command line.
enum ServerExtension: String, CaseIterable {
    case ack
    case binary
    case timestamp
    case timesync

    /// Installs the extension.
    func install(on server: BayeuxServer) {
        switch self {
        case .ack: server.addExtension(AcknowledgedMessagesExtension())
        case .binary: server.addExtension(BinaryExtension())
        case .timestamp: server.addExtension(TimestampExtension())
        case .timesync: server.addExtension(TimesyncExtension())
        }
    }
}

extension OptionSyntax<[ServerExtension]> {
    /// Extensions with commas between them; `none` stands for none.
    static var extensions: Self {
        let all = ServerExtension.allCases.map(\.rawValue).joined(separator: ",")
        return Self(placeholder: "extensions", legal: "a list of different extensions out of \(all), or none") { text in
            guard text != "none" else { return [] }
            var extensions: [ServerExtension] = []
            for name in text.commaSeparated {
                guard let named = ServerExtension(rawValue: name), !extensions.contains(named) else { return nil }
                extensions.append(named)
            }
            return extensions.isEmpty ? nil : extensions
        } text: { value in
            value.isEmpty ? "none" : value.map(\.rawValue).joined(separator: ",")
        }
    }
}
