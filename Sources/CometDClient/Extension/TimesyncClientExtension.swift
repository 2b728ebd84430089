public import Bayeux
import Synchronization

/// Finds out how far the client's clock is from the server's, and how long messages take.
///
/// Each handshake and connect asks, and a server with the extension answers unless it finds the client accurate. The
/// means of the last ten answers count.
///
/// - SeeAlso: CometD 3.1 reference book, "Timesync extension"; REQUIREMENTS N6.
public final class TimesyncClientExtension: ClientExtension {
    /// What one answer, or several, have said.
    private struct Sample {
        var lag: Double
        var offset: Double
    }

    private static let name = "timesync"

    /// How many answers count.
    public let maxSamples: Int
    private let clock: WallClock
    private let samples = Mutex<[Sample]>([])

    /// Makes the extension for one client.
    ///
    /// - Parameters:
    ///   - maxSamples: How many answers count, at least 1. Default 10.
    ///   - clock: Tells the time.
    public init(maxSamples: Int = 10, clock: WallClock = .system) {
        self.maxSamples = max(1, maxSamples)
        self.clock = clock
    }

    /// How long a message takes one way; zero until the server has answered.
    public var networkLag: Duration { .milliseconds(Int(self.mean.lag.rounded())) }

    /// What must be added to the client's clock to make it the server's; zero until the server has answered.
    public var timeOffset: Duration { .milliseconds(Int(self.mean.offset.rounded())) }

    /// The offsets that ``timeOffset`` is the mean of, the oldest first.
    public var timeOffsetSamples: [Duration] {
        self.samples.withLock { $0.map { .milliseconds(Int($0.offset.rounded())) } }
    }

    /// The server's time: how long ago 1 January 1970 began in Greenwich by its clock.
    public var serverTime: Duration { self.clock.now + self.timeOffset }

    /// How long it is until a time of the server, for a timer; negative when it has passed.
    ///
    /// - Parameter time: The time, from 1 January 1970.
    /// - Returns: How long it is.
    public func duration(untilServerTime time: Duration) -> Duration { time - self.serverTime }

    /// Asks.
    public func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
        guard ["/meta/handshake", "/meta/connect"].contains(message.channel) else { return true }
        let mean = self.mean
        let question: JSONObject = [
            "tc": JSONValue(self.clock.milliseconds), "l": JSONValue(Int(mean.lag.rounded())),
            "o": JSONValue(Int(mean.offset.rounded())),
        ]
        message.addExt(Self.name, JSONBytes(.object(question)))
        return true
    }

    /// Takes the answer in.
    public func incoming(_ message: inout BayeuxMessage) throws -> Bool {
        guard let answer = message.ext?[Self.name], let sent = Self.number("tc", of: answer),
            let received = Self.number("ts", of: answer), let processing = Self.number("p", of: answer)
        else { return true }
        let lag = (Double(self.clock.milliseconds) - sent - processing) / 2
        let sample = Sample(lag: lag, offset: received - sent - lag)
        self.samples.withLock { samples in
            samples.append(sample)
            if samples.count > self.maxSamples { samples.removeFirst() }
        }
        return true
    }

    private var mean: Sample {
        self.samples.withLock { samples in
            guard !samples.isEmpty else { return Sample(lag: 0, offset: 0) }
            let count = Double(samples.count)
            return Sample(
                lag: samples.reduce(0) { $0 + $1.lag } / count,
                offset: samples.reduce(0) { $0 + $1.offset } / count
            )
        }
    }

    /// A number of milliseconds that leaves room for reckoning.
    private static func number(_ name: String, of json: JSONBytes) -> Double? {
        guard let number = json[name]?.doubleValue, abs(number) < 0x1p52 else { return nil }
        return number
    }
}
