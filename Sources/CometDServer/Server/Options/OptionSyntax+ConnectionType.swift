internal import Bayeux

extension OptionSyntax<[ConnectionType]> {
    /// Transports with commas between them; nothing stands for all.
    static var connectionTypes: Self {
        let all = ConnectionType.allCases.map(\.rawValue).joined(separator: ",")
        return Self(placeholder: "transports", legal: "a list of different transports out of \(all)") { text in
            var types: [ConnectionType] = []
            for name in text.commaSeparated {
                guard let type = ConnectionType(rawValue: name), !types.contains(type) else { return nil }
                types.append(type)
            }
            return types.isEmpty ? ServerOptions().allowedTransports : types
        } text: { value in
            value.map(\.rawValue).joined(separator: ",")
        }
    }
}
