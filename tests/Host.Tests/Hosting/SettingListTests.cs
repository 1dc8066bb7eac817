using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Configuration;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class SettingListTests
{
    // The other way round the reader sees to itself: it refuses to read what is not in the list.
    [Fact]
    public void All_EachSetting_IsRead()
    {
        var source = new Recorded(("Egresses:0:HeloName", "mail.example.com"), ("Egresses:0:MailFrom", "verify@example.com"), ("Dns:Servers:0", "192.0.2.1"), ("Verdicts:Fresh:accept_all", "12h"), ("Doctor:MailDomains:0", "example.com"), ("Doctor:BlockLists:0", "bl.example.org"));
        _ = OptionsReader.Read(new ConfigurationBuilder().Add(source).Build(), sandbox: true);
        var read = source.Read.Select(key => key["EmailVerify:".Length..]).ToArray();
        Assert.Empty(SettingList.All.Where(setting => !read.Any(setting.Fits)).Select(setting => setting.Key));
    }

    [Fact]
    public void All_EachSetting_IsToldInOneSentenceAndOnce()
    {
        Assert.All(SettingList.All, setting => Assert.Matches("^[A-Z].*[^.]\\.$", setting.Meaning));
        Assert.Equal(SettingList.All.Length, SettingList.All.Select(setting => setting.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void InForce_Nothing_IsTheDefaults()
    {
        var all = InForce(sandbox: false);
        Assert.All(all, one => Assert.False(one.IsConfigured));
        Assert.Equal("25", all.Single(one => one.Key is "Smtp:Port").Value);
        Assert.Equal("6m, 15m, 1h, 4h", all.Single(one => one.Key is "Retries:Schedule").Value);
        Assert.Equal("14d", all.Single(one => one.Key is "Verdicts:Fresh:accepted_email").Value);
        Assert.Equal("/data", all.Single(one => one.Key is "Data").Value);
        Assert.Null(all.Single(one => one.Key is "Egresses:N:HeloName").Value);
        Assert.Equal(Freshness.Default.ByReason.Count, all.Count(one => one.Key.StartsWith("Verdicts:Fresh:", StringComparison.Ordinal)));
    }

    [Fact]
    public void InForce_Configured_IsAsItWasGiven()
    {
        var all = InForce(
            sandbox: false,
            ("smtp:port", "2525"), ("Egresses:0:HeloName", "a.example.com"), ("Egresses:0:MailFrom", "x@example.com"), ("Egresses:1:HeloName", "b.example.com"), ("Egresses:1:MailFrom", "x@example.com"),
            ("Dns:Servers", "192.0.2.1, 192.0.2.2"), ("Verdicts:Fresh:accept_all", "1d12h"), ("Data", ""));
        Assert.Equal(("2525", true), (all.Single(one => one.Setting.Key is "Smtp:Port").Value, all.Single(one => one.Setting.Key is "Smtp:Port").IsConfigured));
        Assert.Equal(["a.example.com", "b.example.com"], all.Where(one => one.Setting.Key is "Egresses:N:HeloName").Select(one => one.Value), StringComparer.Ordinal);
        Assert.Equal("192.0.2.1, 192.0.2.2", all.Single(one => one.Setting.Key is "Dns:Servers:N").Value);
        Assert.Equal(("1d12h", true), (all.Single(one => one.Key is "Verdicts:Fresh:accept_all").Value, all.Single(one => one.Key is "Verdicts:Fresh:accept_all").IsConfigured));
        Assert.False(all.Single(one => one.Key is "Data").IsConfigured);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InForce_Secret_IsNeverThere(bool sandbox)
    {
        const string Secret = "a-secret-of-any-form-at-all";
        Assert.DoesNotContain(InForce(sandbox, ("AdminKey", Secret)), one => one.Value?.Contains(Secret, StringComparison.Ordinal) is true);
        Assert.DoesNotContain(InForce(sandbox), one => one.Key is "AdminKey" && one.Value is not null);

        var proxied = InForce(sandbox, ("Egresses:0:HeloName", "a.example.com"), ("Egresses:0:MailFrom", "x@example.com"), ("Egresses:0:Socks5", $"socks5://user:{Secret}@proxy"));
        Assert.Equal((null, true), (proxied.Single(one => one.Key is "Egresses:0:Socks5").Value, proxied.Single(one => one.Key is "Egresses:0:Socks5").IsConfigured));
        Assert.DoesNotContain(proxied, one => one.Value?.Contains(Secret, StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("40ms")]
    [InlineData("1h30m")]
    [InlineData("14d")]
    [InlineData("1d2h3m4s5ms")]
    public void HumanDuration_Written_IsReadAgain(string text)
    {
        Assert.True(HumanDuration.TryParse(text, out var duration));
        Assert.Equal(text, HumanDuration.Write(duration));
    }

    private static ImmutableArray<SettingInForce> InForce(bool sandbox, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create("EmailVerify:" + one.Key, (string?)one.Value))).Build();
        var options = OptionsReader.Read(configuration, sandbox);
        return SettingList.InForce(configuration, new SettingsRead(options, World.Of(options, sandbox: null), "/data"));
    }

    /// <summary>A configuration that remembers which of its keys were asked for.</summary>
    private sealed class Recorded : ConfigurationProvider, IConfigurationSource
    {
        public Recorded(params (string Key, string Value)[] settings)
        {
            foreach (var (key, value) in settings)
                Data["EmailVerify:" + key] = value;
        }

        public HashSet<string> Read { get; } = new(StringComparer.OrdinalIgnoreCase);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            _ = Read.Add(key);
            return base.TryGet(key, out value);
        }
    }
}
