public import NIOCore

/// Files for web pages that are part of the program: there is nothing to install beside it.
public struct WebFiles: Sendable {
    /// The folder below `Web` that the files are from.
    private let folder: String
    /// The files by their paths in the folder.
    let files: [String: WebFile]

    private init(folder: String) {
        self.folder = folder
        let prefix = "\(folder)/"
        let files = WebFile.embedded.filter { $0.path.hasPrefix(prefix) }
        self.files = Dictionary(uniqueKeysWithValues: files.map { (String($0.path.dropFirst(prefix.count)), $0) })
    }

    /// The client library in JavaScript with its bindings to jQuery, Dojo and Angular, laid out as CometD's own.
    ///
    /// `cometd/cometd.js` is for any page, `esm/cometd.js` an ES module, `jquery/jquery.cometd.js`,
    /// `dojox/cometd.js` and `angular/angular-cometd.js` are the bindings.
    public static let library = WebFiles(folder: "dist")

    /// The pages of `cometd serve --demo`.
    ///
    /// They expect to be at `/demos` and the library at `/js`, and talk to the services of `cometd serve --demo`.
    public static let demos = WebFiles(folder: "demos")

    /// What `cometd init` makes projects from.
    package static let primer = WebFiles(folder: "primer")

    /// The paths of the files, such as `cometd/cometd.js`, in order.
    public var paths: [String] { self.files.keys.sorted() }

    /// The content of a file.
    ///
    /// - Parameter path: One of ``paths``.
    /// - Returns: The content; `nil` if there is no such file.
    public func content(of path: String) -> ByteBuffer? { self.files[path]?.content }
}

extension WebFiles: CustomStringConvertible {
    /// Where the files are from and how many they are.
    public var description: String { "WebFiles(\(self.folder), \(self.files.count) files)" }
}
