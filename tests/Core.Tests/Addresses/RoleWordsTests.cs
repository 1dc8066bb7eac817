using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class RoleWordsTests
{
    [Theory]
    [InlineData("sales")]
    [InlineData("Sales")]
    [InlineData("human-resources")]
    [InlineData("customer_service")]
    [InlineData("customer.support")]
    [InlineData("info2")]
    [InlineData("support24")]
    [InlineData("sales-uk")]
    [InlineData("Sales-UK")]
    [InlineData("sales.emea")]
    [InlineData("uk.sales")]
    [InlineData("support-team")]
    [InlineData("hr")]
    [InlineData("buchhaltung")]
    [InlineData("büro")]
    [InlineData("BÜRO")]
    [InlineData("buero")]
    [InlineData("buro")]
    [InlineData("geschaeftsfuehrung")]
    [InlineData("comptabilité")]
    [InlineData("service-client")]
    [InlineData("atencion-al-cliente")]
    [InlineData("administración")]
    [InlineData("informações")]
    [InlineData("informacoes")]
    [InlineData("risorse-umane")]
    [InlineData("klantenservice")]
    [InlineData("zamówienia")]
    [InlineData("zamowienia")]
    [InlineData("obsluga.klienta")]
    [InlineData("бухгалтерия")]
    [InlineData("Отдел-Продаж")]
    [InlineData("приемная")]
    [InlineData("приёмная")]
    [InlineData("otdel-prodazh")]
    [InlineData("buhgalteria")]
    [InlineData("підтримка")]
    [InlineData("kundtjänst")]
    [InlineData("kundtjanst")]
    [InlineData("bogholderi")]
    [InlineData("økonomi")]
    [InlineData("oekonomi")]
    [InlineData("asiakaspalvelu")]
    [InlineData("objednávky")]
    [InlineData("ucetni")]
    [InlineData("objednavky")]
    [InlineData("ügyfélszolgálat")]
    [InlineData("ugyfelszolgalat")]
    [InlineData("insan-kaynaklari")]
    [InlineData("satış")]
    [InlineData("satis")]
    [InlineData("iletisim")]
    [InlineData("vanzari")]
    public void Contains_FunctionInItsLanguage_IsOne(string localPart)
    {
        Assert.True(RoleWords.Contains(localPart));
        Assert.False(RoleWords.IsNoReply(localPart));
    }

    [Theory]
    [InlineData("noreply")]
    [InlineData("no-reply")]
    [InlineData("No.Reply")]
    [InlineData("no_reply")]
    [InlineData("n-o-reply")]
    [InlineData("noreply2")]
    [InlineData("noreply2024")]
    [InlineData("no-reply-shop")]
    [InlineData("alerts-noreply")]
    [InlineData("shop.do-not-reply")]
    [InlineData("donotreply_news")]
    [InlineData("nicht-antworten")]
    [InlineData("bitte.nicht.antworten")]
    [InlineData("ne-pas-repondre")]
    [InlineData("nepasrépondre")]
    [InlineData("no-responder")]
    [InlineData("nao-responda")]
    [InlineData("não-responda")]
    [InlineData("non.rispondere")]
    [InlineData("niet-beantwoorden")]
    [InlineData("nie-odpowiadaj")]
    [InlineData("ne-otvechat")]
    [InlineData("не-отвечать")]
    [InlineData("НеОтвечайте")]
    [InlineData("svara-ej")]
    [InlineData("svar-ikke")]
    [InlineData("ala-vastaa")]
    [InlineData("neodpovidat")]
    [InlineData("nevalaszolj")]
    [InlineData("yanitlamayin")]
    public void IsNoReply_InItsLanguage_IsOne(string localPart) => Assert.True(RoleWords.IsNoReply(localPart));

    [Theory]
    [InlineData("personal")] // German for staff, English for the opposite
    [InlineData("stage")]
    [InlineData("ar")] // initials
    [InlineData("h.r")]
    [InlineData("i.t")]
    [InlineData("t.eam")]
    [InlineData("info123")]
    [InlineData("admin1985")]
    [InlineData("salesman")]
    [InlineData("infos-jane")]
    [InlineData("support.jane")]
    [InlineData("jane.support")]
    [InlineData("it.smith")]
    [InlineData("jo.it")]
    [InlineData("pr-jane")]
    [InlineData("moreply")]
    [InlineData("-noreply")]
    [InlineData("noreplyer")]
    [InlineData("replynow")]
    [InlineData("2")]
    [InlineData("-")]
    [InlineData("--------")]
    public void Contains_WhatMayBeAPerson_IsNone(string localPart)
    {
        Assert.False(RoleWords.Contains(localPart));
        Assert.False(RoleWords.IsNoReply(localPart));
    }

    [Fact]
    public void Contains_GivenNamesAndSurnames_AreNone()
    {
        const string Names =
            "aaron abel adam adele agnes ahmed aisha alan alba alex alice ali alma amir ana andrea angel anna anton ari art astrid august aurora axel barbara ben bella bill björn bob boris bruno carla " +
            "carmen charity chase chelsea christian claire clara constance cora dag dale daisy dan dean dennis destiny dick dolores drew earl elif ella elke emanuel emma erik ernest esra eva evelyn faith " +
            "fatima felix fernando flor florence frank gabriel gail gene georgia gil gloria grace grant guy hanna hans harmony heaven heidi hope hugo ida igor ilse inès ines iris isa ivan ivy jack jan " +
            "jaime jasmin jay jean jens jesus joan joe jose josé joy juan jude julia june kai karl kerem kim klaus lars laura leila leo liberty lily linda lon luis luna major marc maria marina mark mary " +
            "max maya melody mercedes mia milan mina miguel mohamed moritz murat natalie nils noel norma nuria ola olaf oleg olga oliver olivia otto page pat patience paul paula pedro penny petra pilar " +
            "piper piotr prince priya ralph ray remedios rich rob robin rocio rod roman rosa rose ruth sacha sally sam sandra sara sean selma serge shirley sky sofia sol soledad stella sue summer sven " +
            "ted tom ulf ursula valentin vera victor victoria vincent viola violet virginia wade walter will wolfgang yusuf yves zoe " +
            "archer bacon baker bank bauer becker bishop booth boss brand brewer bush butler carpenter cash castle clerk cook cooper costa cruz day dyer farmer ferrari fischer fisher flores fox garcia " +
            "gardener gold grove gruber guerra handel haus herzog hill hoffmann holder hunter ivanov jäger kaiser keller king klein knight koch könig krause kuhn lagos lange law lehmann lewis lock lopez " +
            "marsh martin mason meier mercier meyer miller moon moreau morales müller nguyen nowak page park parker peters petrov pohl pope porter price prior reeve reis richter ritter rivera rossi " +
            "sanchez santos schmidt schneider schreiber schulz shepherd shields silva singh smith souza stein stern stone storm sturm swift taylor torres turner usher vargas vogel wagner walker ward " +
            "weaver weber weiss wells west winkel winter wolf wood yilmaz young zimmermann иван анна ольга сергей мария петров иванова андрей наталья";
        Assert.All(Names.Split(' '), name =>
        {
            Assert.False(RoleWords.Contains(name), name);
            Assert.False(RoleWords.Contains(name + "7"), name);
            Assert.False(RoleWords.IsNoReply(name), name);
        });
    }

    [Fact]
    public void Words_AreOfTwelveLanguagesAndMore()
    {
        var languages = RuleFile.ReadLines("role-local-parts.txt").Select(line => line.Split(' ')).GroupBy(line => line[1], StringComparer.Ordinal).ToArray();

        Assert.True(languages.Length >= 12);
        Assert.All(languages, language =>
        {
            Assert.Contains(language, line => string.Equals(line[0], "department", StringComparison.Ordinal));
            Assert.True(language.Count() >= 10, language.Key);
        });
        Assert.True(languages.Count(language => language.Any(line => string.Equals(line[0], "noreply", StringComparison.Ordinal))) >= 12);
    }
}
