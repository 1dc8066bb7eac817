using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Configuration;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Read_Nothing_IsTheDefaults()
    {
        var options = Read();

        Assert.Null(options.AdminKey);
        Assert.Empty(options.DnsServers);
        Assert.Empty(options.Egresses);
        Assert.Equal(new SmtpOptions(), options.Smtp);
        Assert.True(options.EnforcesLanes);
        Assert.Null(options.Sandbox);
        Assert.Equal([6, 15, 60, 240], options.Schedule.Steps.Select(step => step.TotalMinutes));
        Assert.Equal(TimeSpan.FromDays(14), options.Fresh.ByReason[VerdictReason.AcceptedEmail]);
        Assert.False(options.Fresh.ByReason.ContainsKey(VerdictReason.Greylisted));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"providers\":[{}]}")]
    public void Read_ProvidersThatCannotBeUsed_NamesTheFile(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            var error = Assert.Single(Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, ("Providers:Overrides", path))).Errors);
            Assert.Contains($"EmailVerify:Providers:Overrides \"{path}\" cannot be used", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_ListOfDomains_IsTakenOrItsWrongLineNamed()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# ours\nthrowaway.example\n");
            var lists = Read(sandbox: false, ("Addresses:Lists:Disposable", path)).Lists;
            Assert.True(AddressFlags.Of(EmailAddress.Parse("x@throwaway.example"), lists).Disposable);

            File.AppendAllText(path, "not a domain\n");
            var error = Assert.Single(Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, ("Addresses:Lists:Free", path))).Errors);
            Assert.Equal($"EmailVerify:Addresses:Lists:Free \"{path}\" cannot be used: Line 3 is no domain.", error.TrimEnd('.') + ".");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_Sandbox_HasItsKeyAndIsInAHurry()
    {
        var options = Read(sandbox: true, ("Sandbox:RoundTrip", "40ms"), ("Sandbox:Tls", "false"), ("Sandbox:Port", "2525"));

        Assert.Equal(ConfiguredKey.Sandbox, options.AdminKey);
        Assert.Equal([2, 4, 8], options.Schedule.Steps.Select(step => step.TotalSeconds));
        Assert.Equal(new SandboxSettings(TimeSpan.FromMilliseconds(40), Tls: false, 2525), options.Sandbox);
    }

    [Fact]
    public void Read_EverySetting_IsTaken()
    {
        var options = Read(
            sandbox: false,
            ("Profile", "embedded"), ("Data", "folder"), ("AdminKey", "a-key-of-twenty-four-char"), ("Dns:Servers:0", "192.0.2.1"), ("Dns:Servers:1", "[2001:db8::1]:5353"),
            ("Smtp:Port", "2525"), ("Smtp:Tls", "required"), ("Smtp:AllowPrivateAddresses", "true"), ("Lanes:Enforce", "false"), ("Lanes:MaxSessions", "250"),
            ("Egresses:0:Name", "eg-1"), ("Egresses:0:Address", "192.0.2.7"), ("Egresses:0:HeloName", "mail.example.com"), ("Egresses:0:MailFrom", "verify@example.com"),
            ("Egresses:1:Name", "eg-b"), ("Egresses:1:HeloName", "mail2.example.com"), ("Egresses:1:MailFrom", "verify@example.com"),
            ("Retries:Schedule", "90s, 1h30m"), ("Verdicts:Fresh:accept_all", "12h"));

        Assert.Equal("192.0.2.1:53 [2001:db8::1]:5353", string.Join(' ', options.DnsServers));
        Assert.Equal(new SmtpOptions { Port = 2525, Tls = TlsMode.Required, Addresses = AddressPolicy.PrivateToo }, options.Smtp);
        Assert.Equal((false, 250), (options.EnforcesLanes, options.MaxSessions));
        Assert.Equal(
            "eg-1 192.0.2.7 mail.example.com verify@example.com; eg-b  mail2.example.com verify@example.com",
            string.Join("; ", options.Egresses.Select(egress => $"{egress.Name} {egress.Address} {egress.HeloName} {egress.MailFrom}")));
        Assert.Equal([90, 5400], options.Schedule.Steps.Select(step => step.TotalSeconds));
        Assert.Equal(TimeSpan.FromHours(12), options.Fresh.ByReason[VerdictReason.AcceptAll]);
        Assert.Equal(TimeSpan.FromDays(14), options.Fresh.ByReason[VerdictReason.RejectedEmail]);
    }

    [Fact]
    public void Read_Cluster_IsTakenWhereTheProfileSaysSo()
    {
        (string, string)[] settings =
        [
            ("ConnectionStrings:Postgres", "Host=db.example.com"), ("ConnectionStrings:Reports", "Host=standby.example.com"), ("ConnectionStrings:Redis", "redis.example.com"),
            ("Cluster:Id", "blue"), ("Cluster:Address", "192.0.2.7"), ("Cluster:Port", "11111"),
        ];

        Assert.Null(Read(sandbox: false, settings).Cluster);
        Assert.Equal(
            new ClusterOptions("Host=db.example.com") { Reports = "Host=standby.example.com", Redis = "redis.example.com", Id = "blue", Address = IPAddress.Parse("192.0.2.7"), Port = 11111 },
            Read(sandbox: false, [.. settings, ("Profile", "Cluster")]).Cluster);
        Assert.Equal(
            new ClusterOptions("Host=db.example.com"),
            Read(sandbox: false, ("Profile", "cluster"), ("ConnectionStrings:Postgres", "Host=db.example.com")).Cluster);
    }

    [Fact]
    public void Read_ClusterWithoutItsDatabase_SaysWhatToSet() => Assert.StartsWith(
        "EmailVerify:ConnectionStrings:Postgres is missing",
        Assert.Single(Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, ("Profile", "cluster"))).Errors),
        StringComparison.Ordinal);

    [Fact]
    public void Read_Doctor_IsTakenOrTheDefault()
    {
        var options = Read(sandbox: false, ("Doctor:MailDomains", "Example.com, example.org"), ("Doctor:BlockLists:0", "bl.example.net"), ("Doctor:Every", "15m")).Doctor;
        Assert.Equal(["example.com", "example.org"], options.MailDomains!.Value, StringComparer.Ordinal);
        Assert.Equal(["bl.example.net"], options.BlockLists!.Value, StringComparer.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(15), options.Every);

        var none = Read(sandbox: false, ("Doctor:BlockLists", "none"), ("Doctor:Every", "0s")).Doctor;
        Assert.Empty(none.BlockLists!.Value);
        Assert.Equal(TimeSpan.Zero, none.Every);
        Assert.Equal((null, null, TimeSpan.FromHours(1)), (Read().Doctor.MailDomains, Read().Doctor.BlockLists, Read().Doctor.Every));
    }

    [Fact]
    public void Read_PrivateNetworks_AreAllowedAloneAndEnoughForLoadTests()
    {
        var options = Read(sandbox: false, ("Smtp:AllowPrivateAddresses", "127.20.0.0/16, 10.1.0.0/16"), ("Lanes:Enforce", "false"));

        Assert.True(options.Smtp.Addresses!.Allows(IPAddress.Parse("127.20.1.2")));
        Assert.True(options.Smtp.Addresses.Allows(IPAddress.Parse("10.1.2.3")));
        Assert.False(options.Smtp.Addresses.Allows(IPAddress.Parse("10.2.0.1")));
        Assert.False(options.EnforcesLanes);
    }

    [Theory]
    [InlineData("Profile", "clustered")]
    [InlineData("Cluster:Address", "silo-1")]
    [InlineData("Cluster:Port", "0")]
    [InlineData("Cluster:Id", "a b")]
    [InlineData("Data:Typo", "x")]
    [InlineData("Smpt:Port", "25")]
    [InlineData("Smtp:Prot", "25")]
    [InlineData("Smtp:Port", "0")]
    [InlineData("Smtp:Port", "65536")]
    [InlineData("Smtp:Tls", "sometimes")]
    [InlineData("Smtp:AllowPrivateAddresses", "yes")]
    [InlineData("Dns:Servers:0", "dns.example.com")]
    [InlineData("AdminKey", "with blanks in so long a key")]
    [InlineData("AdminKey", "a-key-of-23-characters!")]
    [InlineData("AdminKey", ConfiguredKey.Sandbox)]
    [InlineData("Lanes:Enforce", "false")]
    [InlineData("Lanes:MaxSessions", "0")]
    [InlineData("Lanes:MaxSessions", "100001")]
    [InlineData("Retries:Schedule", "6m,,1h")]
    [InlineData("Retries:Schedule", "6")]
    [InlineData("Retries:Schedule", "25h")]
    [InlineData("Retries:Schedule", "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s")]
    [InlineData("Verdicts:Fresh:acceptall", "1d")]
    [InlineData("Verdicts:Fresh:greylisted", "1d")]
    [InlineData("Verdicts:Fresh:accept_all", "a week")]
    [InlineData("Providers:Overrides", "/no/such/file.json")]
    [InlineData("Addresses:Lists:Disposable", "/no/such/list.txt")]
    [InlineData("Addresses:Lists:NotDisposable", "/no/such/list.txt")]
    [InlineData("Addresses:Lists:Free", "/no/such/list.txt")]
    [InlineData("Sandbox:RoundTrip", "11s")]
    [InlineData("Doctor:Every", "1m")]
    [InlineData("Doctor:Every", "8d")]
    [InlineData("Doctor:MailDomains:0", "192.0.2.1")]
    [InlineData("Doctor:MailDomains", "localhost")]
    [InlineData("Doctor:BlockLists:0", "not a zone")]
    [InlineData("Doctor:BlockLists", "a.b,b.c,c.d,d.e,e.f,f.g,g.h,h.i,i.j,j.k,k.l,l.m,m.n,n.o,o.p,p.q,q.r,r.s,s.t,t.u,u.v")]
    public void Read_WrongSetting_IsNamed(string key, string value)
    {
        var refused = Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, (key, value)));
        var error = Assert.Single(refused.Errors);
        Assert.StartsWith($"EmailVerify:{key} ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralMisspeltSettings_SaysOnceWhereAllAre() => Assert.Single(
        Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, ("Smtp:Prot", "25"), ("Smpt:Port", "25"))).Errors,
        error => error.Contains("/help/operate#settings", StringComparison.Ordinal));

    [Theory]
    [InlineData("Smtp:Prot", "Smtp:Port")]
    [InlineData("smtp:prot", "Smtp:Port")]
    [InlineData("Egress:0:HeloName", "Egresses:0:HeloName")]
    [InlineData("Doctor:MailDomain:12", "Doctor:MailDomains:12")]
    [InlineData("Dns:Server:0", "Dns:Servers:0")]
    [InlineData("Something:Else", null)]
    public void Read_MisspeltSetting_NamesTheNearestAndWhereAllAre(string key, string? meant) => Assert.Equal(
        $"EmailVerify:{key} is no setting of this version.{(meant is null ? "" : $" Did you mean EmailVerify:{meant}?")} Every setting is listed at /help/operate#settings of a running service.",
        Assert.Single(Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, (key, "25"))).Errors));

    [Theory]
    [InlineData("HeloName", "localhost")]
    [InlineData("HeloName", "[192.0.2.1]")]
    [InlineData("HeloName", "mail.example.com\r\nRSET")]
    [InlineData("MailFrom", "nobody")]
    [InlineData("Address", "eth0")]
    [InlineData("Name", "eg 1")]
    [InlineData("Socks5", "127.0.0.1:1080")]
    [InlineData("Socks5", "socks5://user:hunter2/@proxy")]
    [InlineData("HeloName", "")]
    [InlineData("MailFrom", "")]
    public void Read_WrongEgress_IsNamed(string member, string value)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Name"] = "eg-1",
            ["HeloName"] = "mail.example.com",
            ["MailFrom"] = "verify@example.com",
            [member] = value,
        };
        var refused = Assert.Throws<OptionsRefusedException>(
            () => Read(sandbox: false, [.. settings.Select(pair => ("Egresses:0:" + pair.Key, pair.Value))]));
        Assert.StartsWith($"EmailVerify:Egresses:0:{member} ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void World_OfAProxy_DoesNotConnectToItsMachine()
    {
        var addresses = World.Of(Read(sandbox: false, ("Egresses:0:HeloName", "mail.example.com"), ("Egresses:0:MailFrom", "verify@example.com"), ("Egresses:0:Socks5", "socks5://9.9.9.9")), sandbox: null).Addresses;
        Assert.Equal((false, true), (addresses.Allows(IPAddress.Parse("9.9.9.9")), addresses.Allows(IPAddress.Parse("8.8.8.8"))));
    }

    [Fact]
    public void Read_Proxy_IsTheEgresss()
    {
        var egress = Assert.Single(Read(sandbox: false, ("Egresses:0:HeloName", "mail.example.com"), ("Egresses:0:MailFrom", "verify@example.com"), ("Egresses:0:Socks5", "socks5://user:p%40ss@proxy.example.com")).Egresses);
        Assert.Equal(("proxy.example.com", 1080, "user", "p@ss"), (egress.Socks5!.Host, egress.Socks5.Port, egress.Socks5.User, egress.Socks5.Password));
    }

    [Fact]
    public void Read_ManyWrongSettings_NamesAllAtOnce()
    {
        var refused = Assert.Throws<OptionsRefusedException>(
            () => Read(sandbox: false, ("Smtp:Port", "x"), ("Smtp:Tls", "x"), ("Typo", "x"), ("Egresses:0:Name", "a"), ("Egresses:1:Name", "A")));
        Assert.Equal(8, refused.Errors.Length);
    }

    [Theory]
    [InlineData("28d", 28)]
    [InlineData("3650d", 3650)]
    [InlineData(null, 365)]
    public void Read_HowLongVerificationsAreKept_IsTaken(string? text, int days) =>
        Assert.Equal(TimeSpan.FromDays(days), (text is null ? Read() : Read(sandbox: false, ("Verifications:KeepFor", text))).Retention.Verifications);

    [Theory]
    [InlineData("27d", "is less than 28d")]
    [InlineData("3651d", "too long")]
    public void Read_HowLongVerificationsAreKept_HasBounds(string text, string says)
    {
        var error = Assert.Single(Assert.Throws<OptionsRefusedException>(() => Read(sandbox: false, ("Verifications:KeepFor", text))).Errors);
        Assert.StartsWith("EmailVerify:Verifications:KeepFor ", error, StringComparison.Ordinal);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Egresses")]
    [InlineData("Dns:Servers")]
    [InlineData("Verdicts:Fresh")]
    public void Read_EmptyList_IsNone(string key) => Assert.Empty(Read(sandbox: false, (key, string.Empty)).Egresses);

    private static EmailVerifyOptions Read(bool sandbox = false, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>("EmailVerify:" + setting.Key, setting.Value)))
            .Build();
        return OptionsReader.Read(configuration, sandbox);
    }
}
