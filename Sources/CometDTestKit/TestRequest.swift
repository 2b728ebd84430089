import CometDServer
import NIOCore
import Synchronization

/// One HTTP request to a ``TestServer``, and its answer.
public final class TestRequest: Sendable {
    /// What the server sees: it keeps the answer.
    final class Responder: RequestResponder {
        struct State {
            var answers: [RequestAnswer] = []
            var session: ServerSession?
        }

        let state = Mutex(State())

        func respond(_ answer: RequestAnswer) {
            self.state.withLock { $0.answers.append(answer) }
        }

        func held(by session: ServerSession) {
            self.state.withLock { $0.session = session }
        }
    }

    let responder = Responder()

    init() {}

    /// The status of the answer; `nil` while the request is held.
    public var status: Int? {
        switch self.answer {
        case .messages: 200
        case .status(let code): code
        case nil: nil
        }
    }

    /// The array of messages that it was answered with; `nil` while it is held, or when it got an empty body.
    public var body: String? {
        guard case .messages(let messages) = self.answer else { return nil }
        var buffer = ByteBuffer()
        messages.encode(into: &buffer)
        return String(buffer: buffer)
    }

    /// The messages that it was answered with.
    public var messages: [TestMessage] { TestMessage.read(self.body) }

    /// The value of the browser cookie that the answer sets.
    public var newCookie: String? {
        guard case .messages(let messages) = self.answer else { return nil }
        return messages.newBrowserID
    }

    /// How often the request was answered; more than once is a defect.
    public var answerCount: Int { self.responder.state.withLock { $0.answers.count } }

    /// Breaks the connection that the request came on.
    public func abort() {
        self.responder.state.withLock { $0.session }?.heldRequestAborted(self.responder)
    }

    /// Reports that the answer has been written, or that its connection has failed.
    public func endWriting() {
        guard case .messages(let messages) = self.answer else { return }
        messages.outcome?.writeEnded()
    }

    private var answer: RequestAnswer? { self.responder.state.withLock { $0.answers.first } }
}
