import Testing

@testable import CometDBench

@Suite("BatchSchedule and Rooms")
struct BatchScheduleTests {
    private static func plan(_ scenario: LoadScenario = .rooms) -> LoadPlan {
        var plan = LoadPlan(
            scenario: scenario,
            target: LoadTarget(host: "localhost", port: 8080),
            transport: .webSocket
        )
        plan.clients = 50
        plan.rooms = 20
        plan.roomsPerClient = 4
        plan.batchSize = 3
        plan.batchPause = 250
        return plan
    }

    @Test func `batches are due at equal distances, whatever happens to those before`() {
        let schedule = BatchSchedule(Self.plan(), iteration: 1, count: 4)

        #expect((0..<4).map(schedule.time(of:)) == [0, 250_000, 500_000, 750_000])
        #expect(!schedule.isClosed)
    }

    @Test func `drawn pauses keep the rate`() {
        var plan = Self.plan()
        plan.isRandomized = true
        let schedule = BatchSchedule(plan, iteration: 1, count: 10_001)
        let times = (0..<10_001).map(schedule.time(of:))

        #expect(times == times.sorted() && times[0] == 0)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 500_000 })
        #expect((0.95...1.05).contains(Double(times[10_000]) / 2.5e9))
    }

    @Test func `the same plan makes the same choices, another iteration others`() {
        let (one, two) = (
            BatchSchedule(Self.plan(), iteration: 1, count: 100), BatchSchedule(Self.plan(), iteration: 1, count: 100)
        )
        let other = BatchSchedule(Self.plan(), iteration: 2, count: 100)
        func choices(_ schedule: BatchSchedule) -> [[Int]] {
            (0..<100).map { [schedule.publisher(of: $0)] + schedule.rooms(of: $0) }
        }

        #expect(choices(one) == choices(two))
        #expect(choices(one) != choices(other))
        #expect(choices(one).allSatisfy { (0..<50).contains($0[0]) && $0.count == 4 })
        #expect(choices(one).joined().allSatisfy { (0..<50).contains($0) })
        #expect(Set((0..<100).map(one.publisher(of:))).count > 30)
    }

    @Test func `every client is in as many different rooms as asked, and the members are counted`() {
        let rooms = Rooms(Self.plan())
        let all = (0..<50).map(rooms.rooms(ofSession:))

        #expect(all.allSatisfy { Set($0).count == 4 && $0.allSatisfy((0..<20).contains) })
        for room in 0..<20 { #expect(rooms.members[room] == all.count { $0.contains(room) }) }
        #expect(rooms.members.reduce(0, +) == 200)
    }

    @Test func `with one publisher there is one room, which it is not in`() {
        var plan = Self.plan(.slow)
        plan.slowClients = 5
        let (rooms, schedule) = (Rooms(plan), BatchSchedule(plan, iteration: 1, count: 10))

        #expect(plan.sessionCount == 56)
        #expect(rooms.rooms(ofSession: 0) == [] && rooms.rooms(ofSession: 1) == [0])
        #expect(!rooms.isSlow(session: 50) && rooms.isSlow(session: 51) && rooms.isSlow(session: 55))
        // Those that read nothing are not waited for.
        #expect(rooms.members == [50])
        #expect(schedule.publisher(of: 9) == 0 && schedule.rooms(of: 9) == [0, 0, 0])
    }

    @Test func `several processes have root channels and choices of their own`() {
        var plan = Self.plan()
        #expect(plan.part(0).rootChannel == "/a")
        plan.processes = 2
        #expect(plan.part(0).rootChannel == "/a-1" && plan.part(1).rootChannel == "/a-2")
        #expect(plan.part(0).seed != plan.part(1).seed)
    }

    @Test func `plans without sense are refused`() {
        var plan = Self.plan()
        #expect(plan.fault == nil)
        plan.roomsPerClient = 21
        #expect(plan.fault != nil)
        plan = Self.plan()
        plan.channel = "a"
        #expect(plan.fault != nil)
        plan.channel = "/a/\""
        #expect(plan.fault != nil)
        plan = Self.plan(.echo)
        #expect(plan.fault != nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/cometd", LoadTarget(host: "127.0.0.1", port: 8080)),
        ("wss://example.com/b", LoadTarget(host: "example.com", port: 443, path: "/b", isSecure: true)),
        ("http://[::1]:81", LoadTarget(host: "::1", port: 81, path: "/")),
    ])
    func `a URL tells where the server lives`(url: String, target: LoadTarget) {
        #expect(LoadTarget(url: url) == target)
    }

    @Test(arguments: ["", "cometd", "ftp://localhost/", "http://me@localhost/", "http://"])
    func `what is no URL of a server is none`(url: String) {
        #expect(LoadTarget(url: url) == nil)
    }
}
