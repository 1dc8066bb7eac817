using System.Reflection;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Domains;

public sealed class ProviderCatalogTests
{
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
    [InlineData("mx1.mail.yahoo.co.jp", "yahoo_japan")]
    [InlineData("mx00.ionos.de", "ionos")]
    [InlineData("mx01.kundenserver.de", "ionos")]
    [InlineData("mx1.free.fr", "free_fr")]
    [InlineData("mx.kpnmail.nl", "kpn")]
    [InlineData("mx1.netvigator.com", "netvigator")]
    [InlineData("mfsmax.docomo.ne.jp", "docomo")]
    [InlineData("lsean.ezweb.ne.jp", "kddi_au")]
    [InlineData("mx1.naver.com", "naver")]
    [InlineData("mx1.hanmail.net", "hanmail")]
    [InlineData("mx1.improvmx.com", "improvmx")]
    [InlineData("mx1.forwardemail.net", "forward_email")]
    [InlineData("eu-smtp-inbound-1.mimecast.co.za", "mimecast")]
    [InlineData("mx1-us1.ppe-hosted.com", "proofpoint_essentials")]
    [InlineData("mx01.hornetsecurity.com", "hornetsecurity")]
    [InlineData("mx.antispamcloud.com", "spamexperts")]
    [InlineData("inbound10.mxroute.mailchannels.net", "mailchannels")]
    [InlineData("smtp-in.sfr.fr", "sfr")]
    [InlineData("cxr.mx.a.cloudfilter.net", "cox")]
    [InlineData("smtpz4.laposte.net", "laposte")]
    [InlineData("smtp.asia.secureserver.net", "godaddy")]
    [InlineData("route1.mx.cloudflare.net", "cloudflare")]
    [InlineData("cluster5.eu.messagelabs.com", "messagelabs")]
    [InlineData("in.hes.trendmicro.eu", "trend_micro")]
    [InlineData("mx-01-eu-central-1.prod.hydra.sophos.com", "sophos")]
    [InlineData("mx1.emailsrvr.com", "rackspace")]
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
    [InlineData("mx.google.com ESMTP d2e1a72fcca58-7f7 - gsmtp", "google")]
    [InlineData("VI1EUR04FT019.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready", "microsoft365")]
    [InlineData("mail.contoso.example Microsoft ESMTP MAIL Service ready at Mon, 3 Mar 2025", "exchange")]
    [InlineData("mail.contoso.example ESMTP Postfix (Debian/GNU)", "postfix")]
    [InlineData("mtaproxy512.free.mail.bf1.yahoo.com ESMTP ready", "yahoo")]
    [InlineData("GMX.NET (mxgmx117) nemesis esmtp service ready", "gmx")]
    [InlineData("mail.example (mxgmx117) Nemesis ESMTP Service ready", "gmx")]
    [InlineData("eu-smtp-inbound-1.mimecast.com ESMTP", "mimecast")]
    [InlineData("in1-smtp.messagingengine.com\nPIPELINING\nSTARTTLS", "fastmail")]
    [InlineData("mx.example ESMTP at your service", null)]
    [InlineData("evilmx.google.com.example ESMTP", null)]
    [InlineData("mx.example ESMTP Postfixed", null)]
    [InlineData("mx.example greets mx.google.com", null)]
    [InlineData("", null)]
    [InlineData(" \n . ..", null)]
    public void ByGreeting_OfAHost_NamesWhoItSaysItIs(string greeting, string? provider) =>
        Assert.Equal(provider, ProviderCatalog.Default.ByGreeting(greeting)?.Name);

    [Fact]
    public void ByGreeting_OfAnEndlessLine_LooksAtItsBeginning() => Assert.Null(ProviderCatalog.Default.ByGreeting(new string('x', 600) + " gsmtp"));

    [Fact]
    public void Knows_Software_IsNoProvider()
    {
        Assert.False(ProviderCatalog.Default.Knows("exchange"));
        Assert.True(ProviderCatalog.Default.PolicyOf("exchange").Software);
        Assert.True(ProviderCatalog.Default.Knows("microsoft365"));
    }

    [Theory]
    [InlineData("google", "gmail.com", true)]
    [InlineData("google", "workspace.example", false)]
    [InlineData("outlook", "hotmail.co.uk", true)]
    [InlineData("icloud", "me.com", true)]
    [InlineData("yahoo", "yahoo.com", false)]
    [InlineData("microsoft365", "contoso.com", false)]
    [InlineData("mail_ru", "mail.ru", false)]
    [InlineData("outlook", "hotmail.example", true)]
    [InlineData("barracuda", "barracuda.example", false)]
    [InlineData("docomo", "docomo.ne.jp", false)]
    public void BelievesWithoutDecoy_OnlyTruthfulProvidersAtTheirConsumerDomains(string provider, string domain, bool believes) =>
        Assert.Equal(believes, ProviderCatalog.Default.PolicyOf(provider).BelievesWithoutDecoy(domain));

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
             "reviewed":"2026-11-29","ehlo_names":[".own.example"],"banners":["Own ESMTP"],"catch_all_possible":false,"requirements":["ptr","stable_helo"],
             "pauses":[{"says":"slow down","meaning":"rate_limited","minutes":9,"closes":true}],"greylist_least_minutes":2,"greylist_most_minutes":3,
             "sessions":3,"recipients_per_session":4,"sessions_per_minute":5,"refusals_per_session":6,"refused_ratio_cap":0.3,"cautious_rate":0.5,"highest_rate":7,
             "pause_minutes":8,"tells_the_truth":"yes","many_domains_per_session":false,"pipelines_rcpt":true,"demands_tls":true,"sources":{"sessions":"ours"}}]}
            """,
            PublicSuffixes.Default).Of("a.mx.own.example")!;

        var plain = new ProviderPolicy { Name = "own" };
        Assert.All(
            typeof(ProviderPolicy).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name is not ("Name" or "Software")),
            property => Assert.NotEqual(property.GetValue(plain), property.GetValue(policy)));
        Assert.Equal(0.5, policy.CautiousRate);
        Assert.Equal(TimeSpan.FromMinutes(8), policy.Pause);
        Assert.Equal([new ProviderPause("slow down", ReplyMeaning.RateLimited, TimeSpan.FromMinutes(9), Closes: true)], policy.Pauses);
        Assert.Equal([ProviderRequirement.Ptr, ProviderRequirement.StableHelo], policy.Requirements);
    }

    [Theory]
    [InlineData("true", RcptTruth.Yes)]
    [InlineData("false", RcptTruth.No)]
    [InlineData("\"yes\"", RcptTruth.Yes)]
    [InlineData("\"no\"", RcptTruth.No)]
    [InlineData("\"per_tenant\"", RcptTruth.PerTenant)]
    public void With_TellsTheTruth_TakesThreeWordsAndTheTwoOfOldOverrides(string value, RcptTruth truth)
    {
        var policy = ProviderCatalog.Default.With($$"""{"providers":[{"name":"own","tells_the_truth":{{value}}}]}""").PolicyOf("own");

        Assert.Equal(truth, policy.Truth);
        Assert.Equal(truth is RcptTruth.Yes, policy.TellsTheTruth);
    }

    [Theory]
    [InlineData("TSS04", ReplyMeaning.RateLimited, 120)]
    [InlineData("[tss05] come again", ReplyMeaning.RateLimited, 240)]
    [InlineData("TSS040", ReplyMeaning.RateLimited, null)]
    [InlineData("TSS04", ReplyMeaning.NoSuchMailbox, null)]
    [InlineData("slowly", ReplyMeaning.RateLimited, null)]
    public void PauseAfter_AReply_IsTheFirstThatHolds(string text, ReplyMeaning meaning, int? minutes) =>
        Assert.Equal(minutes, ProviderCatalog.Default.PolicyOf("yahoo").PauseAfter(meaning, text)?.TotalMinutes);

    [Fact]
    public void PauseAfter_OnlyTheClosing_LeavesOutWhatIsOfTheAddress()
    {
        var google = ProviderCatalog.Default.PolicyOf("google");
        Assert.Equal(30, google.PauseAfter(ReplyMeaning.RateLimited, "too fast")?.TotalMinutes);
        Assert.Null(google.PauseAfter(ReplyMeaning.RateLimited, "too fast", closing: true));

        var mimecast = ProviderCatalog.Default.PolicyOf("mimecast");
        Assert.Equal(1, mimecast.PauseAfter(ReplyMeaning.Greylisted, "later")?.TotalMinutes);
        Assert.Null(mimecast.PauseAfter(ReplyMeaning.Greylisted, "later", closing: true));
    }

    [Fact]
    public void Stricter_OfAnyTwo_AllowsNoMoreThanEither() =>
        Assert.All(ProviderCatalog.Default.Policies, one => Assert.All(ProviderCatalog.Default.Policies, other =>
        {
            var both = one.Stricter(other);
            Assert.All([one, other], each =>
            {
                Assert.True(both.Sessions <= each.Sessions && both.RecipientsPerSession <= each.RecipientsPerSession && both.SessionsPerMinute <= each.SessionsPerMinute);
                Assert.True(both.RefusalsPerSession <= each.RefusalsPerSession && both.CautiousRate <= each.CautiousRate && both.HighestRate <= each.HighestRate);
                Assert.True(both.Pause >= each.Pause && both.Truth <= each.Truth && !(both.RefusedRatioCap > each.RefusedRatioCap));
                Assert.True((each.RefusedRatioCap is null) || both.RefusedRatioCap is not null);
                Assert.True((both.CatchAllPossible || !each.CatchAllPossible) && (!both.PipelinesRcpt || each.PipelinesRcpt) && (!both.ManyDomainsPerSession || each.ManyDomainsPerSession));
            });
            Assert.Equal(one.Name, both.Name);
            Assert.False(both.BelievesWithoutDecoy("gmail.com") && !(one.BelievesWithoutDecoy("gmail.com") && other.BelievesWithoutDecoy("gmail.com")));
        }));

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
    [InlineData("""{"providers":[{"name":"a","ehlo_names":["mx a"]}]}""", "EHLO name")]
    [InlineData("""{"providers":[{"name":"a","ehlo_names":[".l.google.com"]}]}""", "also belongs")]
    [InlineData("""{"providers":[{"name":"a","ehlo_names":[".google.com"]}]}""", "also belongs")]
    [InlineData("""{"providers":[{"name":"a","banners":["GSMTP"]}]}""", "also belongs")]
    [InlineData("""{"providers":[{"name":"a","banners":["mail"]}]}""", "5 characters")]
    [InlineData("""{"providers":[{"name":"a","software":true,"exchangers":["mx.a.example"]}]}""", "software")]
    [InlineData("""{"providers":[{"name":"a","tells_the_truth":"maybe"}]}""", "yes, no or per_tenant")]
    [InlineData("""{"providers":[{"name":"a","tells_the_truth":1}]}""", "yes, no or per_tenant")]
    [InlineData("""{"providers":[{"name":"a","requirements":["bribe"]}]}""", "forward_confirmed_ptr")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"minutes":5}]}]}""", "after what")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"says":"ab","minutes":5}]}]}""", "too many replies")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"says":"slow down"}]}]}""", "no minutes")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"says":"slow down","minutes":0}]}]}""", "minutes is 0")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"meaning":"slow","minutes":5}]}]}""", "rate_limited")]
    [InlineData("""{"providers":[{"name":"a","pauses":[{"says":"slow down","hours":5}]}]}""", "hours")]
    [InlineData("""{"providers":[{"name":"a","greylist_least_minutes":9,"greylist_most_minutes":8}]}""", "greylist_least_minutes")]
    [InlineData("""{"providers":[{"name":"a","reviewed":"yesterday"}]}""", "reviewed")]
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
