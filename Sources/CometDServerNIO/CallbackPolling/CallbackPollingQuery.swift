import Bayeux
import CometDServer
import NIOCore
import NIOHTTP1

/// What a `callback-polling` request brings: its messages and the function that wants the answer.
struct CallbackPollingQuery {
    /// The function to call; checked, so that it can be written into a script.
    var function: String
    /// The messages.
    var text: ByteBuffer

    /// Reads the query of a request.
    ///
    /// - Throws: ``UnreadableRequest`` with the status to answer with.
    init(_ target: String, options: HTTPTransportOptions, limits: ScanLimits) throws(UnreadableRequest) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { throw UnreadableRequest(.badRequest) }
        let query = ByteBuffer(substring: target[target.utf8.index(after: mark)...])
        let messages: [ByteBuffer]
        let functions: [ByteBuffer]
        do throws(FormParameters.Malformed) {
            functions = try FormParameters.values(of: options.callbackParameter, in: query)
            messages = try FormParameters.values(of: "message", in: query)
        } catch {
            throw UnreadableRequest(.badRequest)
        }
        guard let function = functions.first.map({ String(buffer: $0) }), !messages.isEmpty,
            CallbackScript.isFunctionName(function, maxLength: options.callbackParameterMaxLength)
        else { throw UnreadableRequest(.badRequest) }
        self.function = function
        do throws(ScanError) {
            self.text = try MessageParameters.combine(messages, limits: limits)
        } catch {
            throw UnreadableRequest(error)
        }
        guard self.text.readableBytes <= options.maxMessageSize else { throw UnreadableRequest(.payloadTooLarge) }
    }
}
