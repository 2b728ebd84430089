import Bayeux
import CometDServer
import Foundation
import NIOCore

/// A configuration file: a JSON object with CometD's names, in which an object stands for a prefix.
///
/// `{"ws.idleTimeout": "60s"}` and `{"ws": {"idleTimeout": "60s"}}` are the same.
struct ConfigurationFile {
    /// The file's path as it was given.
    let path: String
    /// The full names that stand in the file.
    private(set) var names: Set<String> = []
    /// The values by full names, as texts; without those that are `null`, which stands for the default.
    private(set) var values: [String: String] = [:]

    /// Reads a file.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: ``CommandFailure`` when the file cannot be read, is no JSON object, or sets an option twice.
    init(path: String) throws(CommandFailure) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure(.failure, "cannot read '\(path.shownOnOneLine)': \(Self.reason(of: error))")
        }
        try self.init(path: path, data: data)
    }

    /// Reads the bytes of a file.
    ///
    /// - Parameters:
    ///   - path: The file's path, for messages.
    ///   - data: What stands in it.
    /// - Throws: ``CommandFailure`` when this is no JSON object, or sets an option twice.
    init(path: String, data: Data) throws(CommandFailure) {
        self.path = path
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: ByteBuffer(bytes: data))
        } catch {
            let before = data.prefix(error.offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
            throw self.failure(.failure, "\(error.code), line \(line), column \(column)")
        }
        guard case .object(let object) = value else { throw self.failure(.failure, "it holds no JSON object") }
        try self.add(object, prefix: "")
    }

    /// Checks that the file sets nothing but options.
    ///
    /// - Parameter legal: The full names of all options.
    /// - Throws: ``CommandFailure`` for the first name that is no option's.
    func check(names legal: [String]) throws(CommandFailure) {
        guard let name = self.names.subtracting(legal).min() else { return }
        let error = OptionError(.optionUnknown, option: name, hint: OptionName.likely(name, among: legal))
        throw CommandFailure(.usage, "\(self.path.shownOnOneLine): \(error)")
    }

    private mutating func add(_ object: JSONObject, prefix: String) throws(CommandFailure) {
        for member in object {
            let name = prefix + member.key
            if case .object(let inner) = member.value {
                try self.add(inner, prefix: name + ".")
                continue
            }
            guard self.names.insert(name).inserted else {
                throw self.failure(.usage, "\"\(name.shownOnOneLine)\" is set twice")
            }
            guard member.value != .null else { continue }
            guard let text = Self.text(of: member.value) else {
                throw self.failure(
                    .usage,
                    "\"\(name.shownOnOneLine)\" is neither a text nor a number nor a list of them"
                )
            }
            self.values[name] = text
        }
    }

    private func failure(_ code: CommandFailure.Code, _ reason: String) -> CommandFailure {
        CommandFailure(code, "cannot use '\(self.path.shownOnOneLine)': \(reason)")
    }

    /// A value as it would be written in a flag.
    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let number):
            // 1e4 and 10000.0 are whole numbers, too.
            if let double = number.double, let int = Int(exactly: double), abs(int) < 1 << 53 { return String(int) }
            return number.text
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard let text = Self.text(of: element), element.isScalar else { return nil }
                texts.append(text)
            }
            return texts.joined(separator: ",")
        case .null, .object: return nil
        }
    }

    /// Why a file cannot be read, in the system's words.
    private static func reason(of error: any Error) -> String {
        let cocoa = error as? CocoaError
        if let posix = cocoa?.underlying as? POSIXError {
            return String(cString: strerror(posix.code.rawValue)).lowercased()
        }
        switch cocoa?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: return "no such file or directory"
        case .fileReadNoPermission: return "permission denied"
        default: return error.localizedDescription.shownOnOneLine
        }
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool {
        switch self {
        case .array, .object, .null: false
        case .string, .number, .bool: true
        }
    }
}
