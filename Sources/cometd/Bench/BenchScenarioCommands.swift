// One short command for each scenario: they differ in their defaults only.

import ArgumentParser
import CometDBench

/// `cometd bench fanout`: one publisher, many subscribers of one channel.
struct BenchFanoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "One publisher, many subscribers of one channel.",
        discussion: "Defaults: 1000 clients, 500 batches of 1 message every 10000 µs: 100,000 deliveries/s for 5 s."
    )

    @OptionGroup var load: LoadArguments

    func run() async throws {
        try await self.load.run(.fanout) { plan in
            plan.batchCount = 500
            plan.batchSize = 1
        }
    }
}

/// `cometd bench rooms`: the book's benchmark without questions.
struct BenchRoomsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rooms",
        abstract: "The book's benchmark without questions: clients in rooms.",
        discussion: "Defaults: those of the book: 1000 clients in 10 of 100 rooms each, 100,000 deliveries/s for 10 s."
    )

    @OptionGroup var load: LoadArguments
    @OptionGroup var rooms: RoomArguments

    func run() async throws {
        try await self.load.run(.rooms) { plan in
            plan.rooms = self.rooms.rooms
            plan.roomsPerClient = self.rooms.roomsPerClient
        }
    }
}

/// `cometd bench echo`: round trips.
struct BenchEchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Round trips: every session publishes to itself.",
        discussion: """
            Defaults: 100 clients with 1000 messages each, one every 10000 µs: 10,000 round
            trips/s for 10 s. With --batch-pause 0 the next message leaves when the last one
            is back.
            """
    )

    @OptionGroup var load: LoadArguments

    func run() async throws {
        try await self.load.run(.echo) { plan in
            plan.clients = 100
            plan.batchSize = 1
        }
    }
}

/// `cometd bench churn`: sessions come and go.
struct BenchChurnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "churn",
        abstract: "Sessions come and go: connection, handshake, connect, disconnect.",
        discussion: """
            Defaults: 5000 sessions, 64 at a time, as fast as they go. --batch-pause says when
            the next one is due, in µs.
            """
    )

    @OptionGroup var load: LoadArguments

    func run() async throws {
        try await self.load.run(.churn) { plan in
            plan.clients = 5000
            plan.batchPause = 0
        }
    }
}

/// `cometd bench idle`: sessions are held.
struct BenchIdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Sessions are held, and nothing is said: memory and CPU.",
        discussion: "Defaults: 5000 clients, held for 10 s."
    )

    @OptionGroup var load: LoadArguments

    @Option(help: ArgumentHelp("How long they are held, in seconds.", valueName: "seconds"))
    var hold = 10.0

    mutating func validate() throws {
        guard self.hold > 0, self.hold <= 86400 else { throw ValidationError("--hold takes seconds above 0") }
    }

    func run() async throws {
        try await self.load.run(.idle) { plan in
            plan.clients = 5000
            plan.hold = self.hold
        }
    }
}

/// `cometd bench slow`: slow consumers among healthy ones.
struct BenchSlowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow",
        abstract: "One publisher, healthy subscribers, and some that read nothing.",
        discussion: """
            Defaults: 100 healthy clients, 10 slow ones, 500 batches of 10 messages every
            10000 µs. Latency and losses are the healthy ones'; the slow ones read again at
            the end.
            """
    )

    @OptionGroup var load: LoadArguments

    @Option(help: ArgumentHelp("How many subscribers read nothing while it lasts.", valueName: "number"))
    var slowClients = 10

    mutating func validate() throws {
        guard 0...1_000_000 ~= self.slowClients else { throw ValidationError("--slow-clients takes a number from 0") }
    }

    func run() async throws {
        try await self.load.run(.slow) { plan in
            plan.clients = 100
            plan.slowClients = self.slowClients
            plan.batchCount = 500
        }
    }
}
