import ArgumentParser

/// The options of rooms.
struct RoomArguments: ParsableArguments {
    @Option(help: ArgumentHelp("How many rooms there are.", valueName: "number"))
    var rooms = 100

    @Option(help: ArgumentHelp("How many rooms each client is in.", valueName: "number"))
    var roomsPerClient = 10

    mutating func validate() throws {
        guard 1...1_000_000 ~= self.rooms else { throw ValidationError("--rooms takes a number from 1 to 1000000") }
        guard 1...self.rooms ~= self.roomsPerClient else {
            throw ValidationError("--rooms-per-client takes a number from 1 to that of the rooms")
        }
    }
}
