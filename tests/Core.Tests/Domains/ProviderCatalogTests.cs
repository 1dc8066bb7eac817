using System.Reflection;
using System.Text.Json;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class ProviderCatalogTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Theory]
    [InlineData("gmail-smtp-in.l.google.com", "google")]
    [InlineData("alt4.aspmx.l.google.com", "google")]
    [InlineData("aspmx2.googlemail.com", "google")]
    [InlineData("smtp.google.com", "google")]
    [InlineData("contoso-com.mail.protection.outlook.com", "microsoft365")]
    [InlineData("contoso-com.p-v1.mx.microsoft", "microsoft365")]
    [InlineData("hotmail-com.olc.protection.outlook.com", "outlook")]
    [InlineData("mta7.am0.yahoodns.net", "yahoo")]
    [InlineData("mx01.mail.icloud.com", "icloud")]
    [InlineData("mx00.gmx.net", "gmx")]
    [InlineData("mx-ha03.web.de", "gmx")]
    [InlineData("mx00.mail.com", "gmx")]
    [InlineData("mx00.t-online.de", "t_online")]
    [InlineData("mxs.mail.ru", "mail_ru")]
    [InlineData("mx.yandex.net", "yandex")]
    [InlineData("mx3.qq.com", "qq")]
    [InlineData("mxbiz1.qq.com", "qq")]
    [InlineData("163mx01.mxmail.netease.com", "netease")]
    [InlineData("smtpin.zoho.eu", "zoho")]
    [InlineData("mail.protonmail.ch", "proton")]
    [InlineData("in1-smtp.messagingengine.com", "fastmail")]
    [InlineData("mx1.comcast.net", "comcast")]
    [InlineData("smtp-in.orange.fr", "orange")]
    [InlineData("eu-smtp-inbound-1.mimecast.com", "mimecast")]
    [InlineData("mxa-001.pphosted.com", "proofpoint")]
    [InlineData("d1.ess.barracudanetworks.com", "barracuda")]
    [InlineData("mx1.hc1.iphmx.com", "cisco")]
    [InlineData("inbound-smtp.eu-west-1.amazonaws.com", "amazon_ses")]
    public void Of_ExchangerOfAProvider_NamesIt(string host, string provider)
    {
        Assert.Equal(provider, ProviderCatalog.Default.Of(host)?.Name);
        Assert.Equal(provider, ProviderCatalog.Default.NameOf(host));
    }

    [Theory]
    [InlineData("notl.google.com")]
    [InlineData("evil-smtp.google.com")]
    [InlineData("gmx.net.example.org")]
    [InlineData("ec2-1-2-3-4.compute.amazonaws.com")]
    [InlineData("localhost")]
    [InlineData("")]
    public void Of_HostThatOnlyLooksLikeOne_IsNull(string host) => Assert.Null(ProviderCatalog.Default.Of(host));

    [Fact]
    public void PolicyOf_NameWithoutData_IsTheDefault() =>
        Assert.Equal(new ProviderPolicy { Name = "small.co.uk" }, ProviderCatalog.Default.PolicyOf(ProviderCatalog.Default.NameOf("mx.small.co.uk")));

    [Theory]
    [InlineData("google", "gmail.com", true)]
    [InlineData("google", "workspace.example", false)]
    [InlineData("outlook", "hotmail.co.uk", true)]
    [InlineData("icloud", "me.com", true)]
    [InlineData("yahoo", "yahoo.com", false)]
    [InlineData("microsoft365", "contoso.com", false)]
    [InlineData("mail_ru", "mail.ru", false)]
    public void BelievesWithoutDecoy_OnlyTruthfulProvidersAtTheirConsumerDomains(string provider, string domain, bool believes) =>
        Assert.Equal(believes, ProviderCatalog.Default.PolicyOf(provider).BelievesWithoutDecoy(domain));

    [Fact]
    public void Data_EveryValue_HasItsSource()
    {
        using var reader = new StreamReader(typeof(ProviderCatalog).Assembly.GetManifestResourceStream("rules.providers.json")!);
        using var data = JsonDocument.Parse(reader.ReadToEnd(), WithComments);

        Assert.All(data.RootElement.GetProperty("providers").EnumerateArray(), provider =>
        {
            var sources = provider.GetProperty("sources");
            var values = provider.EnumerateObject().Select(member => member.Name).Where(name => name is not ("name" or "sources")).ToArray();
            Assert.Equal(values.Order(StringComparer.Ordinal), sources.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.All(sources.EnumerateObject(), source => Assert.False(string.IsNullOrWhiteSpace(source.Value.GetString())));
            Assert.NotEmpty(provider.GetProperty("exchangers").EnumerateArray());
            Assert.True(provider.TryGetProperty("tells_the_truth", out _));
        });
    }

    [Fact]
    public void Data_Figures_StayWithinThePolitenessBudget() =>
        Assert.All(ProviderCatalog.Default.Policies, policy =>
        {
            Assert.InRange(policy.Sessions, 1, 2);
            Assert.InRange(policy.SessionsPerMinute, 1, 30);
            Assert.InRange(policy.RecipientsPerSession, 1, 50);
            Assert.InRange(policy.HighestRate, policy.CautiousRate, 10);
        });

    [Fact]
    public void With_KnownName_ChangesOnlyWhatIsGiven()
    {
        var before = ProviderCatalog.Default.PolicyOf("google");
        var after = ProviderCatalog.Default.With("""
            { // ours
              "providers": [ { "name": "google", "sessions": 4, "pause_minutes": 5, }, ] }
            """).PolicyOf("google");

        Assert.Equal(before with { Sessions = 4, Pause = TimeSpan.FromMinutes(5) }, after);
    }

    [Fact]
    public void With_EveryKey_ReachesThePolicy()
    {
        var policy = ProviderCatalog.Parse(
            """
            {"version":"1","providers":[{"name":"own","exchangers":[".mx.own.example","mx.own.example"],"domains_without_catch_all":["own.example"],
             "sessions":3,"recipients_per_session":4,"sessions_per_minute":5,"refusals_per_session":6,"refused_ratio_cap":0.3,"cautious_rate":0.5,"highest_rate":7,
             "pause_minutes":8,"tells_the_truth":true,"many_domains_per_session":false,"pipelines_rcpt":true,"demands_tls":true,"sources":{"sessions":"ours"}}]}
            """,
            PublicSuffixes.Default).Of("a.mx.own.example")!;

        var plain = new ProviderPolicy { Name = "own" };
        Assert.All(
            typeof(ProviderPolicy).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => !string.Equals(property.Name, "Name", StringComparison.Ordinal)),
            property => Assert.NotEqual(property.GetValue(plain), property.GetValue(policy)));
        Assert.Equal(0.5, policy.CautiousRate);
        Assert.Equal(TimeSpan.FromMinutes(8), policy.Pause);
    }

    [Theory]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("{}", "no list")]
    [InlineData("null", "no list")]
    [InlineData("""{"providers":[{"sessions":1}]}""", "no name")]
    [InlineData("""{"providers":[{"name":"a","sesions":1}]}""", "sesions")]
    [InlineData("""{"providers":[{"name":"a"},{"name":"a"}]}""", "twice")]
    [InlineData("""{"providers":[{"name":"A b"}]}""", "name must")]
    [InlineData("""{"providers":[{"name":"a","exchangers":["*.a.example"]}]}""", "host name")]
    [InlineData("""{"providers":[{"name":"a","domains_without_catch_all":["@a"]}]}""", "no domain")]
    [InlineData("""{"providers":[{"name":"a","exchangers":[".l.google.com"]}]}""", "also belongs")]
    [InlineData("""{"providers":[{"name":"a","sessions":0}]}""", "sessions is 0")]
    [InlineData("""{"providers":[{"name":"a","recipients_per_session":1001}]}""", "recipients_per_session")]
    [InlineData("""{"providers":[{"name":"a","sessions_per_minute":0}]}""", "sessions_per_minute")]
    [InlineData("""{"providers":[{"name":"a","refusals_per_session":21}]}""", "refusals_per_session")]
    [InlineData("""{"providers":[{"name":"a","refused_ratio_cap":1.5}]}""", "refused_ratio_cap")]
    [InlineData("""{"providers":[{"name":"a","highest_rate":0}]}""", "highest_rate")]
    [InlineData("""{"providers":[{"name":"a","cautious_rate":11}]}""", "cautious_rate is 11")]
    [InlineData("""{"providers":[{"name":"a","pause_minutes":0}]}""", "pause_minutes")]
    public void With_DataThatBreakARule_SaysWhere(string json, string complaint)
    {
        var error = Assert.Throws<FormatException>(() => ProviderCatalog.Default.With(json));

        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }
}
