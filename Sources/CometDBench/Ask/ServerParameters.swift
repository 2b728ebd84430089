/// What `cometd bench server` is told: the parameters of the book's `CometDLoadServer`.
package struct ServerParameters: Hashable, Sendable {
    /// A transport by the name that the book's benchmark has for it.
    package enum Transport: String, CaseIterable, Hashable, Sendable {
        case jsrws
        case jettyws
        case http
        case asynchttp

        /// What it is here: Java has two of each.
        package var transport: LoadTransport {
            switch self {
            case .jsrws, .jettyws: .webSocket
            case .http, .asynchttp: .longPolling
            }
        }
    }

    /// The port to listen at; 0 for a free one.
    package var port = 8080
    /// Whether connections are encrypted.
    package var ssl = false
    /// How many event loops there are, up to ``maxThreads``.
    package var selectors = 8
    /// How many threads there may be.
    package var maxThreads = 256
    /// The transports that clients may use.
    package var transports: [Transport] = [.jsrws, .http]
    /// Whether CPU, memory and messages of each run are printed.
    package var recordStatistics = true
    /// Whether it is measured how long the event loops let work wait.
    package var recordLatencies = true
    /// Whether work that holds an event loop for long is told.
    package var detectLongRequests = false

    package init() {}

    /// How many event loops there are.
    package var eventLoops: Int { max(1, min(self.selectors, self.maxThreads)) }

    /// What has been said already.
    package struct Given: Hashable, Sendable {
        package var port: Int?
        package var ssl: Bool?
        package var selectors: Int?
        package var maxThreads: Int?
        package var transports: [Transport]?
        package var recordStatistics: Bool?
        package var recordLatencies: Bool?
        package var detectLongRequests: Bool?

        package init() {}
    }

    /// Asks for what has not been said, in the book's order.
    package init(_ given: Given, asking questionnaire: Questionnaire) throws(Questionnaire.Ended) {
        let standard = ServerParameters()
        self.port = try questionnaire.ask(
            "listen port",
            default: standard.port,
            given: given.port,
            .integer(0...65535)
        )
        self.ssl = try questionnaire.ask("use ssl", default: standard.ssl, given: given.ssl, .bool)
        self.selectors = try questionnaire.ask(
            "selectors",
            default: standard.selectors,
            given: given.selectors,
            .integer(1...1024)
        )
        self.maxThreads = try questionnaire.ask(
            "max threads",
            default: standard.maxThreads,
            given: given.maxThreads,
            .integer(1...65536)
        )
        self.transports = try questionnaire.ask(
            "transports (jsrws,jettyws,http,asynchttp)",
            default: standard.transports,
            given: given.transports,
            .transports
        )
        self.recordStatistics = try questionnaire.ask(
            "record statistics",
            default: standard.recordStatistics,
            given: given.recordStatistics,
            .bool
        )
        self.recordLatencies = try questionnaire.ask(
            "record latencies",
            default: standard.recordLatencies,
            given: given.recordLatencies,
            .bool
        )
        self.detectLongRequests = try questionnaire.ask(
            "detect long requests",
            default: standard.detectLongRequests,
            given: given.detectLongRequests,
            .bool
        )
    }

    /// Takes the defaults for what has not been said.
    package init(_ given: Given) {
        self.port = given.port ?? self.port
        self.ssl = given.ssl ?? self.ssl
        self.selectors = given.selectors ?? self.selectors
        self.maxThreads = given.maxThreads ?? self.maxThreads
        self.transports = given.transports ?? self.transports
        self.recordStatistics = given.recordStatistics ?? self.recordStatistics
        self.recordLatencies = given.recordLatencies ?? self.recordLatencies
        self.detectLongRequests = given.detectLongRequests ?? self.detectLongRequests
    }
}

extension ServerParameters.Transport {
    /// Reads names with commas between them.
    ///
    /// - Returns: `nil` for none, and for a name that is no transport's.
    package static func list(_ text: String) -> [Self]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpaces }
        let transports = names.compactMap(Self.init(rawValue:))
        return transports.count == names.count && !transports.isEmpty ? transports : nil
    }
}

extension Questionnaire.Answer<[ServerParameters.Transport]> {
    /// Transports with commas between them.
    static var transports: Self {
        let all = ServerParameters.Transport.allCases.map(\.rawValue).joined(separator: ",")
        return Self(legal: "a list out of \(all)") { transports in
            transports.map(\.rawValue).joined(separator: ",")
        } value: { text in
            ServerParameters.Transport.list(text)
        }
    }
}
