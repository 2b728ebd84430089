internal import Bayeux

extension ServerOptions {
    /// All options, with CometD's names; what stands where is the same as in the structures.
    package static let table = OptionTable<ServerOptions>([
        .init("Server", Self.ofServer),
        .init("All transports", Self.ofAllTransports),
        .init("HTTP transports", Self.ofHTTP),
        .init("Callback-polling", Self.ofCallbackPolling),
        .init("WebSocket", Self.ofWebSocket),
        .init("Accepted without effect", Self.withoutEffect),
    ])

    private static let ofServer: [OptionDescriptor<ServerOptions>] = [
        .init(
            "allowedTransports",
            \.allowedTransports,
            .connectionTypes,
            "The transports that clients may use, in the order in which they shall prefer them."
        ),
        .init(
            "allowedOrigins",
            \.allowedOrigins,
            .origins,
            "The origins whose pages may talk to the server, besides its own; * for all."
        ),
        .init(
            "broadcastToPublisher",
            \.broadcastToPublisher,
            .bool,
            "Whether a publisher that is also a subscriber gets its own message."
        ),
        .init(
            "validateMessageFields",
            \.validateMessageFields,
            .bool,
            "Whether message ids are checked for illegal characters."
        ),
        .init(
            "sweepPeriod",
            \.sweepPeriod,
            .positiveDuration,
            "How often channels that nobody uses are looked for."
        ),
        .init(
            "errorDialect",
            \.errorDialect,
            .oneOf(["cometd3": .cometd3, "cometd5": .cometd5], placeholder: "dialect"),
            "Whose texts the error replies carry: CometD 3.1's, or those of 4 to 8."
        ),
        .init(
            "maxDepth",
            \.maxDepth,
            .integer(in: 4...512),
            "How deep arrays and objects of a received text may be nested."
        ),
        .init(
            "maxMessagesPerBatch",
            \.maxMessagesPerBatch,
            .integer(in: 1...1_000_000),
            "How many messages one request or frame may hold."
        ),
        .init(
            "maxSessions",
            \.maxSessions,
            .integer(in: 1 ... .max),
            "How many sessions the server keeps; handshakes beyond it are refused."
        ),
        .init(
            "maxChannels",
            \.maxChannels,
            .integer(in: 1 ... .max),
            "How many channels the server keeps; messages that would make more are refused."
        ),
        .init(
            "maxSubscriptionsPerSession",
            \.maxSubscriptionsPerSession,
            .integer(in: 1 ... .max),
            "How many channels one session may subscribe to."
        ),
        .init(
            "maxPublishDepth",
            \.maxPublishDepth,
            .integer(in: 1...1024),
            "How deep listeners that publish may call each other."
        ),
        .init(
            "maxRemoteCalls",
            \.maxRemoteCalls,
            .integer(in: 1 ... .max),
            "How many functions that clients call may run at a time; calls beyond it fail."
        ),
    ]

    private static let ofAllTransports: [OptionDescriptor<ServerOptions>] = [
        .ofAllTransports(
            "timeout",
            \.timeout,
            .duration,
            "How long a connect is held when there is nothing to deliver."
        ),
        .ofAllTransports(
            "interval",
            \.interval,
            .duration,
            "How long a client shall wait between two connects."
        ),
        .ofAllTransports(
            "maxInterval",
            \.maxInterval,
            .positiveDuration,
            "How long the server waits for the next connect before it drops the session."
        ),
        .ofAllTransports(
            "maxProcessing",
            \.maxProcessing,
            .limit,
            "How long processing one message may take before its session is dropped."
        ),
        .ofAllTransports(
            "maxLazyTimeout",
            \.maxLazyTimeout,
            .duration,
            "How long a lazy message waits at most."
        ),
        .ofAllTransports(
            "metaConnectDeliverOnly",
            \.metaConnectDeliverOnly,
            .bool,
            "Whether messages reach clients in replies to connects only."
        ),
        .ofAllTransports(
            "maxQueue",
            \.maxQueue,
            .limit(from: 1),
            "How many messages may wait for a session; queuePolicy says what happens beyond."
        ),
        .ofAllTransports(
            "maxQueueBytes",
            \.maxQueueBytes,
            .size(),
            "How many bytes of messages may wait for a session; queuePolicy says what happens beyond."
        ),
        .ofAllTransports(
            "queuePolicy",
            \.queuePolicy,
            .oneOf(
                ["dropOldest": .dropOldest, "dropNewest": .dropNewest, "disconnect": .disconnect],
                placeholder: "policy"
            ),
            "What is done when more waits for a session than may: drop messages, or end the session."
        ),
        .ofAllTransports(
            "handshakeReconnect",
            \.handshakeReconnect,
            .bool,
            "Whether clients are told the maxInterval, to handshake by themselves after it."
        ),
        .ofAllTransports(
            "allowMessageDeliveryDuringHandshake",
            \.allowMessageDeliveryDuringHandshake,
            .bool,
            "Whether waiting messages ride on the reply to a handshake."
        ),
        .init(
            "maxMessageSize",
            .size(),
            "How large a received request body or WebSocket message may be.",
            targets: [
                .init(prefixes: OptionPrefix.longPolling, \.longPolling, \.maxMessageSize, .size()),
                .init(prefixes: OptionPrefix.callbackPolling, \.callbackPolling, \.maxMessageSize, .size()),
                .init(prefixes: OptionPrefix.webSocket, \.webSocket, \.maxMessageSize, .size()),
            ]
        ),
    ]

    private static let ofHTTP: [OptionDescriptor<ServerOptions>] = [
        .ofHTTP(
            "maxSessionsPerBrowser",
            \.maxSessionsPerBrowser,
            .limit(from: 0),
            "How many connects of one browser are held at a time."
        ),
        .ofHTTP(
            "http2MaxSessionsPerBrowser",
            \.http2MaxSessionsPerBrowser,
            .limit(from: 0),
            "The same over HTTP/2."
        ),
        .ofHTTP(
            "multiSessionInterval",
            \.multiSessionInterval,
            .signedDuration,
            "How often sessions beyond that poll; zero or negative: they are turned away."
        ),
        .ofHTTP(
            "trustClientSession",
            \.trustClientSession,
            .bool,
            "Whether a request without browser cookie may name any session."
        ),
        .ofHTTP(
            "duplicateMetaConnectHttpResponseCode",
            \.duplicateMetaConnectHttpResponseCode,
            .integer(in: 400...599, "an HTTP status"),
            "The status that ends a held connect when its session sends another."
        ),
        .ofHTTP(
            "jsonDebug",
            \.jsonDebug,
            .bool,
            "Whether the text of a request that is no JSON is logged."
        ),
        .ofHTTP(
            "browserCookieName",
            \.browserCookie.name,
            .token,
            "The name of the cookie that binds sessions to a browser."
        ),
        .ofHTTP(
            "browserCookieDomain",
            \.browserCookie.domain,
            .cookieAttribute("domain", example: "example.org"),
            "Its Domain attribute."
        ),
        .ofHTTP(
            "browserCookiePath",
            \.browserCookie.path,
            .cookieAttribute("path", example: "/"),
            "Its Path attribute."
        ),
        .ofHTTP(
            "browserCookieSecure",
            \.browserCookie.isSecure,
            .bool,
            "Whether it has the Secure attribute."
        ),
        .ofHTTP(
            "browserCookieHttpOnly",
            \.browserCookie.isHTTPOnly,
            .bool,
            "Whether it has the HttpOnly attribute."
        ),
        .ofHTTP(
            "browserCookieSameSite",
            \.browserCookie.sameSite,
            .sameSite,
            "Its SameSite attribute: Strict, Lax or None."
        ),
        .ofHTTP(
            "browserCookiePartitioned",
            \.browserCookie.isPartitioned,
            .bool,
            "Whether it has the Partitioned attribute."
        ),
        .ofHTTP(
            "browserCookieMaxAge",
            \.browserCookie.maxAge,
            .cookieAge,
            "Its Max-Age; a plain number is in seconds, negative: until the browser ends."
        ),
    ]

    private static let ofCallbackPolling: [OptionDescriptor<ServerOptions>] = [
        .ofCallbackPolling(
            "callbackParameter",
            \.callbackParameter,
            .parameter,
            "The query parameter that names the JavaScript function."
        ),
        .ofCallbackPolling(
            "callbackParameterMaxLength",
            \.callbackParameterMaxLength,
            .integer(in: 1...1024),
            "How long the function's name may be."
        ),
        .ofCallbackPolling(
            "mimeType",
            \.mimeType,
            .mimeType,
            "The content type of the answers."
        ),
    ]

    private static let ofWebSocket: [OptionDescriptor<ServerOptions>] = [
        .ofWebSocket(
            "cometdURLMapping",
            \.cometdURLMapping,
            .paths,
            "The paths at which WebSockets are accepted, besides the server's own."
        ),
        .ofWebSocket(
            "messagesPerFrame",
            \.messagesPerFrame,
            .limit(from: 1),
            "How many delivered messages one frame may hold."
        ),
        .ofWebSocket(
            "bufferSize",
            \.bufferSize,
            .size(upTo: 16 << 20),
            "How many bytes are read at a time, at first; it grows with what arrives."
        ),
        .ofWebSocket(
            "idleTimeout",
            \.idleTimeout,
            .signedDuration,
            "How long a WebSocket may be silent; zero or negative: for ever."
        ),
        .ofWebSocket(
            "protocol",
            \.subprotocol,
            .optional(.token),
            "The sub-protocol that is selected when a client offers it."
        ),
        .ofWebSocket(
            "requireHandshakePerConnection",
            \.requireHandshakePerConnection,
            .bool,
            "Whether a new WebSocket must begin with a handshake of its own."
        ),
        .ofWebSocket(
            "enableExtension.permessage-deflate",
            \.enablesPerMessageDeflate,
            .bool,
            "Whether messages are compressed for clients that offer it."
        ),
    ]

    private static let withoutEffect: [OptionDescriptor<ServerOptions>] = [
        .init("transports", withoutEffect: "it names Java classes", prefixes: [""]),
        .init("jsonContext", withoutEffect: "it names a Java class", prefixes: OptionPrefix.all),
        .init(
            "allowMultiSessionsNoBrowser",
            withoutEffect: "CometD 3 has replaced it by maxSessionsPerBrowser",
            prefixes: [""]
        ),
    ]
}
