public import CometDServer

extension ServerOptions {
    /// The defaults, but sessions do not expire however slow the machine is: for tests on real event loops.
    public static var patient: ServerOptions {
        var options = ServerOptions()
        options.longPolling.common.maxInterval = .seconds(3600)
        options.callbackPolling.common.maxInterval = .seconds(3600)
        options.webSocket.common.maxInterval = .seconds(3600)
        return options
    }
}
