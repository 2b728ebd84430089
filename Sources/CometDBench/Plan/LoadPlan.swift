/// What one process of a load generator shall do.
///
/// The numbers have the names and defaults of the book's benchmark where it has them. Two generators with the same plan
/// choose the same rooms and publishers.
///
/// - SeeAlso: CometD 3.1 reference book, chapter 11.
package struct LoadPlan: Codable, Hashable, Sendable {
    /// What is done.
    package var scenario: LoadScenario
    /// The server.
    package var target: LoadTarget
    /// How the sessions talk to it.
    package var transport: LoadTransport
    /// The root channel; room *n* is the channel below it with that number.
    ///
    /// Default `/a`.
    package var channel = "/a"
    /// How many rooms there are.
    ///
    /// Default 100; the scenarios with one publisher have one.
    package var rooms = 100
    /// How many of them each client is in.
    ///
    /// Default 10.
    package var roomsPerClient = 10
    /// How many sessions there are, without the publisher of ``LoadScenario/fanout`` and ``LoadScenario/slow``.
    ///
    /// Default 1,000.
    package var clients = 1000
    /// How many subscribers of ``LoadScenario/slow`` read nothing, besides the healthy ones.
    ///
    /// Default 0.
    package var slowClients = 0
    /// How many batches are published, by each session in ``LoadScenario/echo``.
    ///
    /// Default 1,000.
    package var batchCount = 1000
    /// How many messages leave together.
    ///
    /// Default 10.
    package var batchSize = 10
    /// The time from one batch to the next, in microseconds; with 0 the next one leaves when all of the last one's
    /// messages have arrived.
    ///
    /// Default 10,000.
    package var batchPause = 10_000
    /// How many characters are added to each message.
    ///
    /// Default 50.
    package var messageSize = 50
    /// Whether each pause is drawn from 0 to twice its length.
    ///
    /// Default `false`.
    package var isRandomized = false
    /// Whether the sessions acknowledge what they get.
    ///
    /// Default `false`.
    package var acknowledges = false
    /// How many threads work.
    ///
    /// Default 1.
    package var eventLoops = 1
    /// How many sessions are made at a time.
    ///
    /// Default 64.
    package var concurrency = 64
    /// How long the sessions of ``LoadScenario/idle`` are held, in seconds.
    ///
    /// Default 10.
    package var hold = 10.0
    /// A message that takes longer than this counts as late, in milliseconds.
    ///
    /// Default 1,000.
    package var lateAfter = 1000
    /// How long nothing may arrive before what is missing counts as lost, in seconds.
    ///
    /// Default 10.
    package var patience = 10.0
    /// What random choices begin with.
    ///
    /// Default 1.
    package var seed: UInt64 = 1
    /// Which of several processes this is, from 0.
    package var process = 0
    /// How many processes there are, each with a root channel of its own.
    ///
    /// Default 1.
    package var processes = 1

    package init(scenario: LoadScenario, target: LoadTarget, transport: LoadTransport) {
        self.scenario = scenario
        self.target = target
        self.transport = transport
    }

    /// The root channel of this process.
    package var rootChannel: String {
        let root = self.channel == "/" ? "" : self.channel
        return self.processes > 1 ? "\(root)-\(self.process + 1)" : root
    }

    /// Whether one session publishes and subscribes to nothing.
    var hasPublisher: Bool { self.scenario == .fanout || self.scenario == .slow }

    /// How many sessions are held at a time, the publisher included.
    package var sessionCount: Int {
        switch self.scenario {
        case .fanout: self.clients + 1
        case .slow: self.clients + self.slowClients + 1
        case .rooms, .echo, .idle: self.clients
        case .churn: 0
        }
    }

    /// How many messages one receiver can tell apart.
    var messageCount: Int { self.batchCount * self.batchSize }

    /// What is wrong with the numbers; `nil` when nothing is.
    package var fault: String? {
        if self.channel.first != "/" || self.channel.contains(where: { "\"\\*".contains($0) || $0.isNewline }) {
            return "the channel must begin with / and name one channel"
        }
        if self.scenario == .rooms, self.roomsPerClient > self.rooms {
            return "a client cannot be in more rooms than there are"
        }
        if self.scenario == .echo, self.batchSize != 1 { return "an echo is one message at a time" }
        // The server's default limit for a message is 64 KiB.
        if self.batchSize * (self.messageSize + 300) > 16 << 20 { return "a batch of that size is more than 16 MiB" }
        return nil
    }

    /// The plan of one of several processes.
    package func part(_ process: Int) -> LoadPlan {
        var plan = self
        plan.process = process
        plan.seed = self.seed &+ UInt64(process) &* 1_000_003
        return plan
    }
}
