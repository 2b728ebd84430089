import CometDClient
import CometDClientNIO
import Foundation

// The user, the URL of the server, and the room.
let arguments = Array(CommandLine.arguments.dropFirst())
guard let user = arguments.first else {
    Terminal.show("usage: terminal-chat <user> [<url> [<room>]]")
    exit(64)
}
let url = arguments.count > 1 ? arguments[1] : "http://127.0.0.1:8080/cometd"
let room = arguments.count > 2 ? arguments[2] : "lobby"
// What proves to be the user; the default is that of the example's three users.
let token = ProcessInfo.processInfo.environment["CHAT_TOKEN"] ?? "\(user)-token"

do {
    let client = try BayeuxClient(url)
    let chat = Chat(client: client, user: user, token: token, room: room)
    let result: Result<Void, any Error>
    do {
        result = .success(try await chat.run())
    } catch {
        result = .failure(error)
    }
    // Also when something has failed: the others see at once that we are gone.
    await client.disconnect()
    try result.get()
    Terminal.show("* bye")
} catch {
    Terminal.show("! \(error)")
    exit(1)
}
