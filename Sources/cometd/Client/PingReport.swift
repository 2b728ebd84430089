import Bayeux
import CometDServer
import NIOCore

/// What a ping has found out.
struct PingReport: Sendable {
    /// What is known of the encryption.
    enum TLS: Sendable {
        case known(TLSFacts)
        /// Nothing, for this reason.
        case unknown(String)
    }

    /// Where the server lives.
    let url: String
    /// The transport that was used.
    var transport = ""
    /// The transports that the server offers.
    var offered: [String] = []
    /// The extensions that the server has confirmed.
    var extensions: [String] = []
    /// What the server advises.
    var advice = Advice()
    /// How long each message took to be acknowledged.
    var roundTrips: [Duration] = []
    /// What must be added to this machine's clock to make it the server's; `nil` when the server does not tell the time.
    var clockOffset: Duration?
    /// `nil` without encryption.
    var tls: TLS?

    /// Makes a report in which nothing is known yet.
    init(url: String) { self.url = url }

    /// Notes what the server says of itself in its reply to the handshake.
    mutating func take(handshake reply: BayeuxMessage) {
        self.offered = reply[.supportedConnectionTypes]?.elements().compactMap(\.stringValue) ?? []
        guard case .object(let ext)? = reply.ext?.value() else { return }
        self.extensions = ext.compactMap { member in
            // A server that knows an extension may refuse to use it.
            member.value.isNull || member.value.boolValue == false ? nil : member.key
        }
    }

    /// The least, the mean and the longest of the round trips; `nil` when there is none.
    var summary: RoundTripSummary? { RoundTripSummary(self.roundTrips) }

    /// The advice as JSON.
    var adviceJSON: JSONBytes {
        var buffer = ByteBuffer()
        self.advice.encode(into: &buffer)
        return JSONBytes(trusted: buffer)
    }
}
