// swift-tools-version: 6.2
import PackageDescription

/// Every module is compiled with the same strictness; `extra` adds what one module alone needs.
func settings(_ extra: [SwiftSetting] = []) -> [SwiftSetting] {
    [.swiftLanguageMode(.v6), .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility")] + extra
}

/// Kernels, simulations and what checks them are optimised in debug builds too: tests run them over millions of values.
let alwaysOptimised: SwiftSetting = .unsafeFlags(["-O"], .when(configuration: .debug))

func module(_ name: String, _ dependencies: [Target.Dependency] = [], _ extra: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings(extra))
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings())
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
/// The library itself, which the package above brings in.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "reach",
    products: [.executable(name: "reach", targets: ["reach"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(name: "CEditline", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CMinizip", pkgConfig: "minizip", providers: [.apt(["libminizip-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(
            name: "CPhone", cxxSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("phonenumber"), .linkedLibrary("protobuf")]),
        .systemLibrary(name: "CDigests", providers: [.apt(["libmd-dev"])]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CWalIndex", dependencies: [sqlite]),
        module("ReachDiagnostics"),
        // A product is rounded before it is added to, whatever the machine has instructions for: the same digits everywhere.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
        module("ReachKernels", ["CKernels", "CZstd", "CZlib", "CDigests"], [alwaysOptimised]),
        module("ReachPhones", ["CPhone"]),
        module("ReachColumns", ["ReachDiagnostics", "ReachKernels"]),
        module("ReachLanguage", ["ReachDiagnostics"]),
        module("ReachPlan", ["ReachDiagnostics", "ReachLanguage", "ReachColumns"]),
        module("ReachEngine", ["ReachDiagnostics", "ReachKernels", "ReachPhones", "ReachColumns", "ReachPlan"]),
        module("ReachWorkspace", ["ReachDiagnostics", "ReachKernels", "ReachColumns", "CWalIndex", grdb]),
        module(
            "ReachExchange",
            [
                "ReachDiagnostics", "ReachKernels", "ReachColumns", "CZlib", "CZstd", "CBzip2", "CMinizip", "CExpat",
                sqlite,
            ]),
        module("ReachInsight", ["ReachColumns", "ReachKernels"], [alwaysOptimised]),
        module(
            "ReachCampaign",
            [
                "ReachDiagnostics", "ReachKernels", "ReachColumns", "ReachPlan", "ReachEngine", "ReachWorkspace",
                "ReachInsight", mustache,
            ]),
        module(
            "ReachStatements",
            [
                "ReachDiagnostics", "ReachPhones", "ReachColumns", "ReachLanguage", "ReachPlan", "ReachEngine",
                "ReachWorkspace", "ReachExchange", "ReachInsight", "ReachCampaign",
            ]),
        module(
            "ReachShell",
            [
                "ReachDiagnostics", "ReachColumns", "ReachLanguage", "ReachWorkspace", "ReachExchange",
                "ReachStatements", "CEditline", "CMalloc",
            ]),
        .executableTarget(name: "reach", dependencies: ["ReachShell", arguments], swiftSettings: settings()),

        .target(
            name: "TestSupport", dependencies: ["ReachDiagnostics", "ReachColumns", "ReachLanguage", "ReachPlan"],
            path: "Tests/Support", swiftSettings: settings([alwaysOptimised])),
        tests("DiagnosticsTests", ["ReachDiagnostics"]),
        tests("KernelsTests", ["ReachKernels", "CKernels"]),
        tests("PhonesTests", ["ReachPhones", "CPhone"]),
        tests("ColumnsTests", ["ReachColumns", "ReachKernels", "ReachDiagnostics"]),
        tests("LanguageTests", ["ReachLanguage", "ReachDiagnostics", "TestSupport"]),
        tests("PlanTests", ["ReachPlan", "ReachLanguage", "ReachColumns", "ReachDiagnostics", "TestSupport"]),
        tests(
            "EngineTests",
            ["ReachEngine", "ReachPlan", "ReachColumns", "ReachKernels", "ReachDiagnostics", "TestSupport"]),
        tests("WorkspaceTests", ["ReachWorkspace", "ReachColumns", "ReachDiagnostics", "TestSupport", grdb]),
        tests(
            "ExchangeTests",
            [
                "ReachExchange", "ReachKernels", "ReachColumns", "ReachDiagnostics", "CZlib", "CZstd", "CBzip2",
                sqlite,
            ]),
        tests("InsightTests", ["ReachInsight", "ReachColumns", "ReachKernels", "TestSupport"]),
        tests(
            "CampaignTests",
            [
                "ReachCampaign", "ReachInsight", "ReachEngine", "ReachPlan", "ReachColumns", "ReachDiagnostics",
                "TestSupport",
            ]),
        tests(
            "StatementsTests",
            [
                "ReachStatements", "ReachLanguage", "ReachPlan", "ReachColumns", "ReachDiagnostics",
                "ReachWorkspace", "TestSupport",
            ]),
        tests(
            "DifferentialTests",
            [
                "ReachWorkspace", "ReachEngine", "ReachPlan", "ReachLanguage", "ReachColumns", "ReachDiagnostics",
                "TestSupport", grdb,
            ]),
        tests(
            "ShellTests",
            [
                "ReachShell", "ReachStatements", "ReachLanguage", "ReachColumns", "ReachDiagnostics",
                "ReachWorkspace", "TestSupport",
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
