import Foundation

// cometd-embed FOLDER OUTPUT ROUND SUBFOLDER…: writes the files of the subfolders as Swift source to OUTPUT, unless
// that is what is there. ROUND is written each time, and is an input of the build: so the tool runs in each of them.
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4 else {
    FileHandle.standardError.write(Data("error: usage: cometd-embed FOLDER OUTPUT ROUND SUBFOLDER...\n".utf8))
    exit(64)
}
do {
    let files = try EmbeddedFile.all(in: arguments[0], below: Array(arguments[3...]))
    let source = Data(SwiftSource(files: files).text.utf8)
    let output = URL(filePath: arguments[1])
    if try !FileManager.default.fileExists(atPath: output.path) || Data(contentsOf: output) != source {
        try source.write(to: output, options: .atomic)
    }
    try Data("\(Date().timeIntervalSince1970)\n".utf8).write(to: URL(filePath: arguments[2]))
} catch {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
    exit(1)
}
