import Bayeux
import CometDClient
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import cometd

@Suite("What client commands tell of their connection")
struct ConnectionReportTests {
    @Test func `a connection is told of once, and again after it was lost`() {
        var report = ConnectionReport()
        let states: [BayeuxClient.State] = [
            .disconnected, .handshaking, .handshaken, .connecting, .connected, .connected, .unconnected, .connected,
            .rehandshaking, .handshaken, .connecting, .connected, .disconnecting, .terminating, .disconnected,
        ]
        let lines = states.compactMap { report.line(for: $0, .webSocket, "1abc") }
        let connected = "connected by websocket, session 1abc"

        #expect(lines == [connected, connected, "the session is lost, making a new one", connected])
    }

    @Test(arguments: [
        ("10 s", Duration.seconds(10)),
        ("1.5 s", .milliseconds(1500)),
        ("250 ms", .milliseconds(250)),
        ("0.5 ms", .microseconds(500)),
    ])
    func `times are told with their unit`(text: String, duration: Duration) {
        #expect(duration.inWords == text)
    }

    @Test(arguments: [
        (ClientError(.handshakeRefused, "403::denied"), "the server refuses the handshake: 403::denied"),
        (ClientError(.refused, "403:x:denied"), "the server refuses: 403:x:denied"),
        (ClientError(.httpStatus(404)), "localhost:1 answers with HTTP status 404"),
        (ClientError(.malformedAnswer), "what answers at http://localhost:1/c is no Bayeux server"),
        (
            ClientError(.unreachable, cause: IOError(errnoCode: ECONNREFUSED, reason: "connect")),
            "cannot connect to localhost:1: connection refused"
        ),
        (ClientError(.refused, "two\nlines"), #"the server refuses: two\nlines"#),
    ])
    func `failures are told in a user's words, on one line`(error: ClientError, text: String) throws {
        let failure = CommandFailure.talking(to: try ServerPlace("http://localhost:1/c"), error)

        #expect(failure.code == .failure)
        #expect(failure.message.hasPrefix(text), "\(failure.message)")
    }
}
