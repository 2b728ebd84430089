import Bayeux
import CometDServer

/// The demo's remote calls: one gives its argument back, one fails, one tells the time.
enum DemoCalls {
    /// Gives its argument back.
    static let echo = "rpc/echo"
    /// Fails, whatever it is given.
    static let failure = "rpc/fail"
    /// What the failure says.
    static let failureText = "this call always fails"
    /// Tells the server's time, in milliseconds since the beginning of 1970.
    static let time = "rpc/time"

    /// Adds the calls to a server.
    static func install(on server: BayeuxServer, clock: DemoClock = .system) throws {
        try server.addRemoteCall(Self.echo, runs: .onEventLoop) { call in call.data }
        try server.addRemoteCall(Self.failure, runs: .onEventLoop) { _ in
            throw RemoteCallFailure(Self.failureText)
        }
        try server.addRemoteCall(Self.time, runs: .onEventLoop) { _ in ["time": clock.now()] }
    }
}
