import Bayeux
import CometDServer
import NIOCore
import Synchronization

/// Passes on files that come in pieces on `/demo/file/{transfer}`, within limits.
///
/// Nothing of them is kept but how much has come.
final class FileRelay: Sendable {
    /// How many bytes a piece may have.
    static let maxPiece = 32 << 10
    /// How many bytes a file may have.
    static let maxFile = 8 << 20
    /// How many letters and digits the name of a transfer has.
    static let nameLength = 8...32
    /// Of how many unfinished transfers of a session is known how much has come; the oldest are forgotten.
    static let maxTransfers = 16
    /// What the channels begin with.
    static let prefix = "/demo/file/"

    /// A transfer that has begun.
    private struct Transfer {
        let channel: String
        /// How many bytes have come.
        var count = 0
    }

    private let transfers = Mutex<[ServerSession: [Transfer]]>([:])

    /// Adds the relay to a server.
    static func install(on server: BayeuxServer) throws {
        let relay = FileRelay()
        let all = try server.channel("\(Self.prefix)*")
        all.isPersistent = true
        all.addAuthorizer { request in Self.authorization(for: request) }
        all.addListener { session, message in
            guard let session else { return true }
            return relay.pieceCame(from: session, message)
        }
        server.addListener(.sessionRemoved { session, _, _ in relay.transfers.withLock { $0[session] = nil } })
    }

    /// Whether a piece can be one of a file that is not too large.
    private static func authorization(for request: Authorizer.Request) -> Authorization {
        guard !request.channel.isWild else { return request.operation == .publish ? .ignore : .grant }
        guard Self.isTransfer(request.channel.name) else { return .deny(reason: "transfer_invalid") }
        guard request.message.channel?.hasPrefix(Self.prefix) == true else { return .grant }
        guard let piece = Self.piece(request.message), let size = piece.metadata?["size"]?.intValue, size >= 0 else {
            return .deny(reason: "piece_invalid")
        }
        guard piece.bytes.readableBytes <= Self.maxPiece else { return .deny(reason: "piece_too_large") }
        guard size <= Self.maxFile else { return .deny(reason: "file_too_large") }
        return .grant
    }

    /// Counts a piece; whether its file is not larger than it says.
    private func pieceCame(from session: ServerSession, _ message: BayeuxMessage) -> Bool {
        guard let piece = Self.piece(message), let size = piece.metadata?["size"]?.intValue,
            let channel = message.channel
        else { return false }
        return self.transfers.withLock { transfers in
            var own = transfers[session] ?? []
            let index = own.firstIndex { $0.channel == channel }
            var transfer = index.map { own.remove(at: $0) } ?? Transfer(channel: channel)
            transfer.count += piece.bytes.readableBytes
            if transfer.count < size || transfer.count > min(size, Self.maxFile) { own.append(transfer) }
            transfers[session] = own.isEmpty ? nil : Array(own.suffix(Self.maxTransfers))
            return transfer.count <= min(size, Self.maxFile)
        }
    }

    private static func piece(_ message: BayeuxMessage) -> BinaryData? {
        (try? message.binaryData) ?? message.data.flatMap { try? BinaryData($0) }
    }

    private static func isTransfer(_ channel: String) -> Bool {
        let name = channel.dropFirst(Self.prefix.count)
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        return isLegal && Self.nameLength.contains(name.utf8.count)
    }
}
