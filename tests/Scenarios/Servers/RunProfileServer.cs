[assembly: AssemblyFixture(typeof(EmailVerify.Scenarios.Servers.RunProfileServer))]

namespace EmailVerify.Scenarios.Servers;

/// <summary>Ends with the tests of the assembly.</summary>
public sealed class RunProfileServer : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => RunProfile.EndAsync();
}
