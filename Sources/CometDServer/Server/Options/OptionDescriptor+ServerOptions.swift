extension OptionDescriptor<ServerOptions> {
    /// An option that each transport has a value of.
    static func ofAllTransports<Value>(
        _ name: String,
        _ path: any WritableKeyPath<TransportOptions, Value> & Sendable,
        _ syntax: OptionSyntax<Value>,
        _ help: String
    ) -> Self {
        Self(
            name,
            syntax,
            help,
            targets: [
                Target(prefixes: OptionPrefix.longPolling, \.longPolling.common, path, syntax),
                Target(prefixes: OptionPrefix.callbackPolling, \.callbackPolling.common, path, syntax),
                Target(prefixes: OptionPrefix.webSocket, \.webSocket.common, path, syntax),
            ]
        )
    }

    /// An option that each of the two HTTP transports has a value of.
    static func ofHTTP<Value>(
        _ name: String,
        _ path: any WritableKeyPath<HTTPTransportOptions, Value> & Sendable,
        _ syntax: OptionSyntax<Value>,
        _ help: String
    ) -> Self {
        Self(
            name,
            syntax,
            help,
            targets: [
                Target(prefixes: OptionPrefix.longPolling, \.longPolling, path, syntax),
                Target(prefixes: OptionPrefix.callbackPolling, \.callbackPolling, path, syntax),
            ]
        )
    }

    /// An option of callback-polling.
    static func ofCallbackPolling<Value>(
        _ name: String,
        _ path: any WritableKeyPath<HTTPTransportOptions, Value> & Sendable,
        _ syntax: OptionSyntax<Value>,
        _ help: String
    ) -> Self {
        Self(
            name,
            syntax,
            help,
            targets: [Target(prefixes: OptionPrefix.callbackPolling, \.callbackPolling, path, syntax)]
        )
    }

    /// An option of the WebSocket transport.
    static func ofWebSocket<Value>(
        _ name: String,
        _ path: any WritableKeyPath<WebSocketTransportOptions, Value> & Sendable,
        _ syntax: OptionSyntax<Value>,
        _ help: String
    ) -> Self {
        Self(
            name,
            syntax,
            help,
            targets: [Target(prefixes: OptionPrefix.onlyWebSocket, \.webSocket, path, syntax)]
        )
    }
}

extension WebSocketTransportOptions {
    /// Whether `permessage-deflate` may be negotiated: yes, unless it was forbidden.
    package var enablesPerMessageDeflate: Bool {
        get { self.enableExtension["permessage-deflate"] ?? true }
        set { self.enableExtension["permessage-deflate"] = newValue }
    }
}
