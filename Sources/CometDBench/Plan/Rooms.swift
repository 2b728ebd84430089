/// Who is in which room.
struct Rooms: Sendable {
    private let plan: LoadPlan
    /// How many receivers a message to each room has, those that read nothing not counted.
    let members: [Int]

    init(_ plan: LoadPlan) {
        self.plan = plan
        switch plan.scenario {
        case .fanout, .slow:
            self.members = [plan.clients]
        case .rooms:
            var members = [Int](repeating: 0, count: plan.rooms)
            for client in 0..<plan.clients {
                for room in Self.drawn(plan, client: client) { members[room] += 1 }
            }
            self.members = members
        case .echo, .churn, .idle:
            self.members = []
        }
    }

    /// The rooms of a session, by its number.
    func rooms(ofSession number: Int) -> [Int] {
        switch self.plan.scenario {
        case .fanout, .slow: number == 0 ? [] : [0]
        case .rooms: Self.drawn(self.plan, client: number)
        case .echo: [number]
        case .churn, .idle: []
        }
    }

    /// Whether a session is one of those that read nothing.
    func isSlow(session number: Int) -> Bool {
        self.plan.scenario == .slow && number > self.plan.clients
    }

    /// Different rooms for one client.
    private static func drawn(_ plan: LoadPlan, client: Int) -> [Int] {
        var random = SeededRandom(seed: plan.seed, index: client)
        guard plan.roomsPerClient * 4 < plan.rooms else {
            return Array((0..<plan.rooms).shuffled(using: &random).prefix(plan.roomsPerClient)).sorted()
        }
        var rooms: Set<Int> = []
        while rooms.count < plan.roomsPerClient { rooms.insert(Int.random(in: 0..<plan.rooms, using: &random)) }
        return rooms.sorted()
    }
}
