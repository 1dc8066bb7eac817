using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Tests.Api;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Cli;

public sealed class KeyCommandsTests
{
    [Fact]
    public async Task Keys_OverALife_AreMadeListedAndRevoked()
    {
        var store = new FakeKeyStore();
        var clock = new FakeTimeProvider(ApiHost.Start);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var commands = new KeyCommands(store, clock, output, error);
        var token = TestContext.Current.CancellationToken;

        Assert.Equal(0, await commands.CreateAsync(new KeyWish("for \u001b[31mred", [Scopes.Read], IsTest: true, TimeSpan.FromDays(1))));
        Assert.Equal(0, await commands.CreateAsync(new KeyWish("second", Scopes.All, IsTest: false, Lifetime: null)));
        var keys = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(ApiKeyText.HasForm(keys[0]) && ApiKeyText.IsTest(keys[0]));
        Assert.True(ApiKeyText.HasForm(keys[1]) && !ApiKeyText.IsTest(keys[1]));
        _ = output.GetStringBuilder().Clear();

        var second = (await store.ListAsync(token))[1];
        Assert.Equal(0, await commands.RevokeAsync(second.Id, token));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await commands.RevokeAsync(second.Id, token));
        Assert.Equal(ApiHost.Start, (await store.ListAsync(token))[1].RevokedAt);
        Assert.Equal(1, await commands.RevokeAsync("key_00000000000000000000000000", token));

        Assert.Equal(0, await commands.ListAsync(token));
        var rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.Contains($"{keys[0][..12]}…  expired  2026-11-24 10:15Z  2026-11-25 10:15Z  read  for \uFFFD[31mred", rows[1], StringComparison.Ordinal);
        Assert.Contains($"{keys[1][..12]}…  revoked  2026-11-24 10:15Z  -", rows[2], StringComparison.Ordinal);
        Assert.DoesNotContain(keys[1][12..], output.ToString() + error, StringComparison.Ordinal);
    }
}
