import Bayeux
import CometDClient

/// One user in one room: shows what comes, and says what is typed.
struct Chat: Sendable {
    let client: BayeuxClient
    let user: String
    let token: String
    let room: String

    /// Chats until the input ends.
    ///
    /// - Throws: ``ClientError`` when the server cannot be reached, lets the user not in, or ends the session for good.
    func run() async throws {
        let states = self.client.states
        let failures = self.client.failures
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await state in states { self.show(state) } }
            group.addTask { for await failure in failures { Self.show(failure) } }

            let proof: JSONObject = ["user": .string(self.user), "token": .string(self.token)]
            try await self.client.handshake(ext: ["authentication": .object(proof)])

            // Who may not come in is told so here.
            let lines = self.client.messages(on: "/chat/\(self.room)", as: ChatLine.self)
            try await lines.waitUntilSubscribed()
            group.addTask { try await Self.show(lines) }
            group.addTask { try await self.showMembers() }
            group.addTask { try await self.sayWhatIsTyped() }
            // The first that ends ends the others: the input, or what the server refuses.
            _ = try await group.next()
            group.cancelAll()
        }
    }

    private static func show(_ lines: TypedMessageSequence<ChatLine>) async throws {
        for try await message in lines { Terminal.show("<\(message.value.user)> \(message.value.text)") }
    }

    private func showMembers() async throws {
        for try await message in self.client.messages(on: "/members/\(self.room)", as: [String].self) {
            Terminal.show("* here: \(message.value.joined(separator: ", "))")
        }
    }

    private func sayWhatIsTyped() async throws {
        let input = InputLines()
        while let line = await input.next(), line != "/quit" {
            guard !line.isEmpty else { continue }
            do {
                // While the connection is broken, this waits for it.
                try await self.client.publish(Draft(text: line), to: "/chat/\(self.room)")
            } catch let error as ClientError where error.code == .refused {
                Terminal.show("! not said: \(error.message)")
            } catch let error as ClientError where error.code == .connectionLost || error.code == .timeout {
                Terminal.show("! perhaps not said: \(line)")
            } catch let error as ClientError where error.code == .sessionUnknown {
                Terminal.show("! not said, say it again: \(line)")
            }
        }
    }

    private func show(_ state: BayeuxClient.State) {
        switch state {
        case .connected: Terminal.show("* connected by \(self.client.connectionType?.rawValue ?? "nothing")")
        case .rehandshaking: Terminal.show("* the server has forgotten us, asking again")
        case .disconnected, .handshaking, .handshaken, .connecting, .unconnected, .disconnecting, .terminating: break
        }
    }

    private static func show(_ failure: ClientFailure) {
        guard let delay = failure.retryDelay else { return }
        // The next transport is tried at once, all else after a while.
        let seconds = (delay / .milliseconds(100)).rounded() / 10
        let again = delay > .zero ? "trying again in \(seconds) s" : "trying the next transport"
        Terminal.show("* \(failure.connectionType.rawValue): \(failure.error.code), \(again)")
    }
}
