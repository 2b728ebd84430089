import Bayeux
import CometDBench
import CometDClient
import CometDClientNIO
import Logging
import NIOSSL

/// How a benchmark learns what its server uses of the machine.
enum ServerProbe: Sendable {
    /// When it is asked.
    enum Moment: String, Sendable {
        /// Before the sessions are made.
        case empty = "usage"
        /// Before what is measured.
        case before = "start"
        /// After what is measured.
        case after = "stop"
    }

    /// By looking at a process of this machine.
    case process(Int32)
    /// By asking a server of `cometd bench server` for it.
    case server(LoadTarget)
    /// Not at all.
    case none

    /// How to learn of a server that was not started here.
    static func of(_ target: LoadTarget, process: Int32?) async -> ServerProbe {
        if let process { return .process(process) }
        let asked = ServerProbe.server(target)
        return await asked.usage(.empty) == nil ? .none : asked
    }

    /// What the server has used; `nil` when that cannot be seen.
    func usage(_ moment: Moment) async -> ProcessUsage? {
        switch self {
        case .none: nil
        case .process(let id): ProcessUsage(ofProcess: id)
        case .server(let target): try? await Self.ask(target, moment)
        }
    }

    /// Calls a function that only a server of `cometd bench server` has: others never answer.
    private static func ask(_ target: LoadTarget, _ moment: Moment) async throws -> ProcessUsage? {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let roots = target.trustRoots {
            tls.trustRoots = .file(roots)
        } else {
            tls.certificateVerification = .none
        }
        let client = try BayeuxClient(
            target.url,
            network: ClientNetwork(tls: tls, proxy: nil),
            logger: Logger(label: "cometd.bench", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let command = CommandClient(client: client, place: try ServerPlace(target.url), ext: nil, limit: .seconds(2))
        let message = BayeuxMessage(channel: BenchService.channel(moment.rawValue), data: JSONBytes(.object([:])))
        return try await command.inSession { session in
            let answer = try await session.client.call(message, timeout: session.limit)
            return try answer.data?.decode(ProcessUsage.self)
        }
    }
}
