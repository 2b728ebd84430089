public import CometDServer
public import Logging
import NIOPosix

extension BayeuxServer {
    /// Makes a server on the event loops that a Hummingbird application uses unless it is told otherwise.
    ///
    /// - Parameters:
    ///   - options: How it behaves. Default: as CometD does.
    ///   - logger: Where it logs. Default: label `cometd`.
    public convenience init(options: ServerOptions = ServerOptions(), logger: Logger = Logger(label: "cometd")) {
        self.init(options: options, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }
}
