import NIOCore

/// Decides whether a connection begins with a request for a WebSocket.
///
/// Only the first request of a connection is looked at; what does not begin like an HTTP/1 request passes at once, and
/// so does what has no end of its head within 64 KiB.
enum UpgradeInspection {
    /// The head is not complete yet; these are its bytes.
    case waiting(ByteBuffer)
    /// The connection is not looked at any more.
    case done

    enum OnBytes {
        /// Nothing to do.
        case none
        /// Let these bytes go to the server.
        case pass(ByteBuffer)
        /// Answer with 403.
        case refuse
    }

    /// Whether the connection is not looked at any more.
    var isDone: Bool {
        switch self {
        case .waiting: false
        case .done: true
        }
    }

    /// The client has sent something.
    mutating func received(_ bytes: ByteBuffer, isRefusing: Bool) -> OnBytes {
        switch consume self {
        case .waiting(var head):
            head.writeImmutableBuffer(bytes)
            var rest = head
            if isRefusing, let request = HTTPHead(takenFrom: &rest) {
                self = .done
                return request.lists("websocket", in: "upgrade") ? .refuse : .pass(head)
            }
            guard isRefusing, head.readableBytes < HTTPHead.limit, Self.isRequest(head) else {
                self = .done
                return .pass(head)
            }
            self = .waiting(head)
            return .none
        case .done:
            self = .done
            return .pass(bytes)
        }
    }

    /// The client will send no more.
    mutating func ended() -> OnBytes {
        switch consume self {
        case .waiting(let head):
            self = .done
            return .pass(head)
        case .done:
            self = .done
            return .none
        }
    }

    /// A method begins with a letter; a TLS record does not.
    private static func isRequest(_ bytes: ByteBuffer) -> Bool {
        bytes.readableBytesView.first.map { (UInt8(ascii: "A")...UInt8(ascii: "z")).contains($0) } ?? true
    }
}
