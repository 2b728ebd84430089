import Bayeux
import CometDServer

/// The demo's remote calls: one gives its argument back, the other fails.
enum DemoCalls {
    /// Gives its argument back.
    static let echo = "rpc/echo"
    /// Fails, whatever it is given.
    static let failure = "rpc/fail"
    /// What the failure says.
    static let failureText = "this call always fails"

    /// Adds the calls to a server.
    static func install(on server: BayeuxServer) throws {
        try server.addRemoteCall(Self.echo, runs: .onEventLoop) { call in call.data }
        try server.addRemoteCall(Self.failure, runs: .onEventLoop) { _ in
            throw RemoteCallFailure(Self.failureText)
        }
    }
}
