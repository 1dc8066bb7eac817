using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Batches.Uploads;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class PreviewTests
{
    private const string Ndjson = "application/x-ndjson";
    private const string Json = "application/json";

    [Fact]
    public async Task Preview_Csv_IsShownAsItWouldBeReadAndNothingIsStored()
    {
        await using var host = await BatchHost.StartAsync();
        var octets = Encoding.Latin1.GetBytes("Name;E-Mail;Stadt\r\nJane;jane@example.com;Köln\r\nJoe;not an address;\r\n;Ann <ann@example.com>\r\n");
        var preview = await PreviewAsync(host, octets, "text/csv");

        Assert.Equal(
            """{"format":"csv","charset":"windows-1252","delimiter":";","header":true,"columns":[{"name":"Name","number":1,"filled":2,"addresses":0},{"name":"E-Mail","number":2,"filled":3,"addresses":2},{"name":"Stadt","number":3,"filled":1,"addresses":0}],"column":"E-Mail","column_number":2,"rows":[["Jane","jane@example.com","Köln"],["Joe","not an address",""],["","Ann <ann@example.com>",""]],"truncated":false,"problem":null,"warnings":[]}""",
            Text(preview));
        Assert.Equal(0, host.Stored());
    }

    [Theory]
    [InlineData("a@b.example\nc@d.example\n", "", null, false, "1", 1)]
    [InlineData("a\tmail\n1\ta@b.example\n", "", "\t", true, "mail", 2)]
    [InlineData("a,mail\n1,a@b.example\n", "?column=1", ",", true, "a", 1)]
    [InlineData("a,mail\n1,a@b.example\n", "?header=false&column=2", ",", false, "2", 2)]
    [InlineData("a,mail\n1,a@b.example\n", "?delimiter=;", ";", true, "a,mail", 1)]
    public async Task Preview_WhatIsAskedOfTheUpload_IsHeeded(string body, string query, string? delimiter, bool header, string column, int number)
    {
        await using var host = await BatchHost.StartAsync();
        var preview = await PreviewAsync(host, body, "text/csv", query);
        Assert.Equal(
            (delimiter, header, column, number),
            ((string?)preview["delimiter"], (bool)preview["header"]!, (string?)preview["column"], (int)preview["column_number"]!));
    }

    [Fact]
    public async Task Preview_UnclearColumn_IsNoErrorAndNamesTheCandidates()
    {
        await using var host = await BatchHost.StartAsync();
        var preview = await PreviewAsync(host, "email,e-mail,City\na@b.example,c@d.example,Bonn\n", "text/csv");
        Assert.Null(preview["column"]);
        Assert.Null(preview["column_number"]);
        Assert.Equal(("column_ambiguous", """["email","e-mail"]"""), ((string?)preview["problem"]!["code"], preview["problem"]!["candidates"]!.ToJsonString()));
        Assert.Equal("""["a@b.example","c@d.example","Bonn"]""", preview["rows"]![0]!.ToJsonString());

        var missing = await PreviewAsync(host, "email,City\na@b.example,Bonn\n", "text/csv", "?column=adress");
        Assert.Equal(("column_not_found", """["email","City"]"""), ((string?)missing["problem"]!["code"], missing["problem"]!["columns"]!.ToJsonString()));
    }

    [Theory]
    [InlineData(Ndjson, "\"a@b.example\"\n{\"email\":\"c@d.example\",\"n\":7,\"nested\":{\"x\":1}}\n{\"n\":null,\"late\":\"é\"}\n")]
    [InlineData(Json, """{"name":"x","emails":["a@b.example",{"email":"c@d.example","n":7,"nested":{"x":1}},{"n":null,"late":"é"}],"tag":"y"}""")]
    public async Task Preview_JsonRows_HaveTheirMembersForColumns(string type, string body)
    {
        await using var host = await BatchHost.StartAsync();
        var preview = await PreviewAsync(host, body, type);
        Assert.Equal(
            """[{"name":"email","number":1,"filled":2,"addresses":2},{"name":"n","number":2,"filled":1,"addresses":0},{"name":"nested","number":3,"filled":1,"addresses":0},{"name":"late","number":4,"filled":1,"addresses":0}]""",
            Text(preview["columns"]!));
        Assert.Equal("""[["a@b.example","","",""],["c@d.example","7","{\"x\":1}",""],["","","","é"]]""", Text(preview["rows"]!));
        Assert.Equal(
            ("email", type is Json ? "json" : "ndjson", "utf-8", null, null),
            ((string?)preview["column"], (string?)preview["format"], (string?)preview["charset"], (string?)preview["delimiter"], (bool?)preview["header"]));
    }

    [Fact]
    public async Task Preview_MemberThatNoRowHas_IsSaidAndOthersCanBeChosen()
    {
        await using var host = await BatchHost.StartAsync();
        const string Rows = "{\"mail\":\"a@b.example\",\"bad\":\"\\ud800\"}\n";
        var preview = await PreviewAsync(host, Rows, Ndjson);
        Assert.Null(preview["column"]);
        Assert.Equal("column_not_found", (string?)preview["problem"]!["code"]);

        var chosen = await PreviewAsync(host, Rows, Ndjson, "?column=mail");
        Assert.Equal("mail", (string?)chosen["column"]);
        Assert.Null(chosen["problem"]);
    }

    [Fact]
    public async Task Preview_MoreRows_ShowsTwenty()
    {
        await using var host = await BatchHost.StartAsync();
        var twenty = string.Concat(Enumerable.Range(1, 20).Select(row => string.Create(CultureInfo.InvariantCulture, $"a{row}@b.example\n")));
        var whole = await PreviewAsync(host, "email\n" + twenty, "text/csv");
        Assert.Equal((20, false), (whole["rows"]!.AsArray().Count, (bool)whole["truncated"]!));
        var more = await PreviewAsync(host, "email\n" + twenty + "a21@b.example\n", "text/csv");
        Assert.Equal((20, true), (more["rows"]!.AsArray().Count, (bool)more["truncated"]!));
    }

    [Theory]
    [InlineData("text/csv", "email,note\na@b.example,x\nc@d.example,\"cut in\nmid-ce", 1)]
    [InlineData("text/csv", "email\na@b.example\nc@d.exam", 1)]
    [InlineData(Ndjson, "\"a@b.example\"\n\"c@d.example\"\n\"e@f.e", 2)]
    [InlineData(Json, """{"emails":["a@b.example",{"email":"c@d.example"},{"email":"e@f""", 2)]
    [InlineData(Json, """{"emails":["a@b.example","c@d""", 1)]
    public async Task Preview_CutInMidRow_LeavesTheUnfinishedRowOut(string type, string body, int rows)
    {
        await using var host = await BatchHost.StartAsync();
        var preview = await PreviewAsync(host, body, type, "?truncated=true");
        Assert.Equal((rows, true), (preview["rows"]!.AsArray().Count, (bool)preview["truncated"]!));
        Assert.Equal("a@b.example", (string?)preview["rows"]![0]![0]);
    }

    [Fact]
    public async Task Preview_MoreThanIsRead_IsCutThere()
    {
        // Two rows are whole within 256 KiB, and the sender said nothing.
        await using var host = await BatchHost.StartAsync();
        var row = new string('x', 60_000) + ",a@b.example\n";
        var wide = await PreviewAsync(host, "note,email\n" + string.Concat(Enumerable.Repeat(row, 6)), "text/csv");
        Assert.Equal((4, true), (wide["rows"]!.AsArray().Count, (bool)wide["truncated"]!));

        // Of what a compressed body expands to, no more is read either.
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            for (var number = 0; number < 40_000; number++)
                await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"person-{number * 7919}@example-{number}.com\n")), TestContext.Current.CancellationToken);
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await host.Api.Client.PostAsync(new Uri("/v1/batches/preview", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal((20, true), ((await response.JsonAsync())["rows"]!.AsArray().Count, true));
    }

    [Fact]
    public async Task Preview_FormWithAFile_IsReadAsTheFile()
    {
        await using var host = await BatchHost.StartAsync();
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes("a@b.example\nc@d.exa"));
        using var form = new MultipartFormDataContent { { file, "file", "list.csv" } };
        using var response = await host.Api.Client.PostAsync(new Uri("/v1/batches/preview?truncated=true", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var preview = await response.JsonAsync();
        Assert.Equal(("csv", """[["a@b.example"]]"""), ((string?)preview["format"], preview["rows"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("text/csv", "email\n", "", "malformed_upload")]
    [InlineData("text/csv", "email\na@b.example\n", "?delimiter=x", "validation_failed")]
    [InlineData("text/csv", "email\na@b.example\n", "?truncated=perhaps", "validation_failed")]
    [InlineData("application/pdf", "%PDF", "", "unsupported_media_type")]
    [InlineData(Ndjson, "no json\n", "", "malformed_upload")]
    [InlineData(Json, "[]", "", "validation_failed")]
    public async Task Preview_WhatAnUploadIsRefusedWith_IsRefusedAlike(string type, string body, string query, string code)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await SendAsync(host, Encoding.UTF8.GetBytes(body), type, query);
        _ = await response.ProblemAsync(code);
    }

    [Fact]
    public async Task Preview_WhatIsNotEvenRead_IsRefused()
    {
        await using var host = await BatchHost.StartAsync();
        using (var encoded = await host.UploadAsync("email\na@b.example\n"u8.ToArray(), "text/csv", "/preview", ("Content-Encoding", "zstd")))
            _ = await encoded.ProblemAsync("unsupported_encoding");
        var bomb = CreateBatchTests.Compress(Encoding.UTF8.GetBytes("{\"emails\":[" + new string(' ', 3_000_000)), "gzip");
        using (var expanding = await host.UploadAsync(bomb, Json, "/preview", ("Content-Encoding", "gzip")))
            _ = await expanding.ProblemAsync("expansion_too_large");

        SlowContent[] slow = [.. Enumerable.Range(0, UploadPlaces.MaxOfCustomer).Select(_ => new SlowContent("email\n"))];
        var first = slow.Select(content => host.UploadAsync(content, "/preview")).ToArray();
        await Task.WhenAll(slow.Select(content => content.Begun.Task));
        using (var more = await host.UploadAsync("email\na@b.example\n"u8.ToArray(), "text/csv", "/preview"))
            _ = await more.ProblemAsync("rate_limited");
        foreach (var content in slow)
            content.End.SetResult();
        foreach (var response in await Task.WhenAll(first))
            response.Dispose();
    }

    [Fact]
    public async Task Preview_LaterRowThatCannotBeRead_DoesNotKeepTheOthersBack()
    {
        await using var host = await BatchHost.StartAsync();
        var preview = await PreviewAsync(host, "\"a@b.example\"\n17\n", Ndjson);
        Assert.Equal("""[["a@b.example"]]""", preview["rows"]!.ToJsonString());
    }

    [Fact]
    public async Task Preview_KeyThatMayOnlyRead_IsRefused()
    {
        await using var host = await BatchHost.StartAsync();
        var key = await host.Api.KeyAsync(scopes: Scopes.Read);
        host.Api.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await SendAsync(host, "email\na@b.example\n"u8.ToArray(), "text/csv", string.Empty);
        _ = await response.ProblemAsync("insufficient_scope");
    }

    private static Task<JsonObject> PreviewAsync(BatchHost host, string body, string type, string query = "") => PreviewAsync(host, Encoding.UTF8.GetBytes(body), type, query);

    private static async Task<JsonObject> PreviewAsync(BatchHost host, byte[] body, string type, string query = "")
    {
        using var response = await SendAsync(host, body, type, query);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.JsonAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(BatchHost host, byte[] body, string type, string query)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await host.Api.Client.PostAsync(new Uri("/v1/batches/preview" + query, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    private static string Text(JsonNode json) => json.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
