using System.Security.Cryptography;
using EmailVerify.Host.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class SessionKeysTests : IDisposable
{
    private static readonly byte[] Secret = [1, 2, 3];
    private readonly string data = Directory.CreateTempSubdirectory("emailverify-test-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task Keys_OverARestart_StayTheSame()
    {
        byte[] made;
        await using (var first = Start(data))
            made = Protector(first).Protect(Secret);
        await using var second = Start(data);
        Assert.Equal(Secret, Protector(second).Unprotect(made));
    }

    [Fact]
    public async Task Keys_OfAnotherFolder_OpenNothing()
    {
        await using var first = Start(data);
        await using var second = Start(Path.Combine(data, "another"));
        var made = Protector(first).Protect(Secret);
        _ = Assert.Throws<CryptographicException>(() => Protector(second).Unprotect(made));
    }

    [Fact]
    public async Task Keys_OnTheDisk_ArePrivate()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var services = Start(data);
        _ = Protector(services).Protect(Secret);

        var folder = Path.Combine(data, "emailverify.sessions");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var file = Assert.Single(Directory.GetFiles(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private static ServiceProvider Start(string data) => new ServiceCollection().AddLogging().AddSessionKeys(data).BuildServiceProvider();

    private static IDataProtector Protector(ServiceProvider services) => services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
