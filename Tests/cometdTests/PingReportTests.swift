import Bayeux
import Foundation
import Testing

@testable import cometd

@Suite("PingReport")
struct PingReportTests {
    private static func report() throws -> PingReport {
        var reply = BayeuxMessage(channel: "/meta/handshake")
        reply.isSuccessful = true
        reply["supportedConnectionTypes"] = try JSONBytes(#"["websocket","pigeon"]"#)
        reply.ext = try JSONBytes(#"{"ack":true,"binary":false,"timesync":{"tc":1}}"#)
        var report = PingReport(url: "http://localhost/cometd")
        report.take(handshake: reply)
        report.transport = "websocket"
        report.advice = Advice(reconnect: .retry, interval: .zero, timeout: .seconds(30))
        report.roundTrips = [.milliseconds(1), .milliseconds(4), .microseconds(2500)]
        report.clockOffset = .milliseconds(-20)
        return report
    }

    @Test func `people get a line for each fact`() throws {
        let lines = try Self.report().text.split(separator: "\n")

        #expect(
            lines == [
                "server      http://localhost/cometd",
                "transport   websocket",
                "offered     websocket, pigeon",
                "extensions  ack, timesync",
                #"advice      {"interval":0,"timeout":30000,"reconnect":"retry"}"#,
                "round trip  min/avg/max 1.00/2.50/4.00 ms (3)",
                "clock       20 ms behind this one",
            ]
        )
    }

    @Test func `machines get an object`() throws {
        var report = try Self.report()
        report.tls = .known(TLSFacts(version: "TLS 1.3", names: ["a"], expiry: Date(timeIntervalSince1970: 0)))
        let json = try JSONValue(parsing: report.json.description)

        #expect(json["extensions"] == ["ack", "timesync"])
        #expect(json["supportedConnectionTypes"] == ["websocket", "pigeon"])
        #expect(json["advice"] == ["reconnect": "retry", "interval": 0, "timeout": 30000])
        #expect(json["roundTrip"]?["avg"]?.doubleValue == 2.5)
        #expect(json["clockOffset"]?.doubleValue == -20)
        #expect(
            json["tls"] == [
                "version": "TLS 1.3", "certificateNames": ["a"], "certificateExpiry": "1970-01-01T00:00:00Z",
            ]
        )
    }

    @Test func `the names of a certificate are its subject's, then the others`() {
        let description = "<NIOSSLCertificate;serial_number=1;common_name=a;alternative_names=b,127.0.0.1,a>"

        #expect(TLSFacts.names(in: description) == ["a", "b", "127.0.0.1"])
        #expect(TLSFacts.names(in: "<NIOSSLCertificate;serial_number=1>").isEmpty)
    }
}
