using System.Net;

namespace EmailVerify.Sandbox.Tests;

/// <summary>One small internet for all tests that neither count nor change it.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public SandboxInternet Sandbox { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sandbox = await StartAsync(new SandboxOptions { Tarpit = TimeSpan.FromMilliseconds(1) });

    public async ValueTask DisposeAsync() => await Sandbox.DisposeAsync();

    internal static Task<SandboxInternet> StartAsync(SandboxOptions options, TimeProvider? clock = null) =>
        SandboxInternet.StartAsync(options, clock ?? TimeProvider.System, TestContext.Current.CancellationToken);

    internal static IPEndPoint At(SandboxInternet sandbox, string host) => new(sandbox.AddressOf(host)!, sandbox.SmtpPort);
}
