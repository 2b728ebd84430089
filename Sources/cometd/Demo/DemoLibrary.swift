/// A library of others that pages of the demo load, and where it is to be had.
struct DemoLibrary {
    /// What it is called below `/js/vendor`: a file, or a folder of files.
    let name: String
    /// Whether it is a folder of files.
    let isFolder: Bool
    /// Where it may lie in a folder of libraries, such as Debian's; the first one that is there is taken.
    let candidates: [String]
    /// The package and its version at the public network that has it, too.
    let package: String
    /// Where it lies in the package; nothing for the folder itself.
    let file: String

    /// The public network that has what is not installed.
    static let network = "https://cdn.jsdelivr.net/npm/"

    /// The libraries, in the versions with which the pages are tried.
    static let all = [
        DemoLibrary(
            name: "jquery.js",
            isFolder: false,
            candidates: ["jquery/jquery.min.js", "jquery/jquery.js", "jquery.min.js", "jquery.js"],
            package: "jquery@3.6.1",
            file: "dist/jquery.min.js"
        ),
        DemoLibrary(
            name: "angular.js",
            isFolder: false,
            candidates: ["angular.js/angular.min.js", "angular.js/angular.js", "angular.min.js", "angular.js"],
            package: "angular@1.8.3",
            file: "angular.min.js"
        ),
        DemoLibrary(name: "dojo", isFolder: true, candidates: ["dojo"], package: "dojo@1.17.2", file: ""),
        DemoLibrary(name: "dojox", isFolder: true, candidates: ["dojox"], package: "dojox@1.17.2", file: ""),
    ]

    /// Where a page of another server finds jQuery.
    static let jQueryAddress = Self.all.first { $0.name == "jquery.js" }.map { $0.address + $0.file } ?? ""

    /// Where the package lies at the public network.
    var address: String { "\(Self.network)\(self.package)/" }
}
