using EmailVerify.Adapters.Tests.Sqlite;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace EmailVerify.Adapters.Tests;

/// <summary>The tests, or the child process that one of them started.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) =>
        await ChildProcess.RunAsync()
        ?? (args.Contains("--server", StringComparer.Ordinal) || args.Contains("--internal-msbuild-node", StringComparer.Ordinal)
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args));
}
