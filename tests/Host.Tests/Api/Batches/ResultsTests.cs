using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class ResultsTests
{
    private const string List = "E-Mail,City\r\njane@example.com,\"Köln, am Rhein\"\r\ninfo@example.com,=1+1\r\njane@example.com,Bonn\r\nnone,\r\n";

    [Fact]
    public async Task Ndjson_OneLine_IsAsTheReferenceShows()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        await host.WorkAsync(id);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results", ("Accept", "application/x-ndjson"));

        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal(("application/x-ndjson", "completed", 5), (response.Content.Headers.ContentType?.ToString(), response.Header("EmailVerify-Batch-Status"), lines.Length));
        Assert.Equal(
            """{"row":1,"email":"jane@example.com","status":"deliverable","reason":"accepted_email","score":97,"canonical":"jane@example.com","did_you_mean":null,"flags":{"accept_all":false,"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"mailbox_full":null,"mailbox_disabled":null},"provider":"example.com","exchanger":"mx1.example.com","found_at":"2026-11-24T10:15:40.912Z","fresh_until":"2026-12-08T10:15:40.912Z","source":"live","attempts":0,"rules":"2026.11.3","duplicate_of":null,"final":true,"notes":[],"input":{"E-Mail":"jane@example.com","City":"Köln, am Rhein"}}""",
            lines[0]);
        Assert.Equal(1, (int?)JsonNode.Parse(lines[2])!["duplicate_of"]);
        Assert.Equal(string.Empty, lines[4]);
    }

    [Fact]
    public async Task Csv_OfCells_HasOriginalColumnsAndOurs()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        await host.WorkAsync(id);
        const string Own = "deliverable,accepted_email,97,,false,false,false,false,,example.com,2026-11-24T10:15:40.912Z,";
        const string Header = "E-Mail,City,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at,duplicate_of\r\n";
        Assert.Equal(
            Header
            + $"jane@example.com,\"Köln, am Rhein\",{Own}\r\n"
            + $"info@example.com,'=1+1,{Own.Replace("false,false,false,false", "false,false,false,true", StringComparison.Ordinal)}\r\n"
            + $"jane@example.com,Bonn,{Own}1\r\n"
            + "none,,deliverable,accepted_email,97,,false,,,,,example.com,2026-11-24T10:15:40.912Z,\r\n",
            await host.TextAsync($"/v1/batches/{id}/results?format=csv"));
        using var marked = await host.Api.GetAsync($"/v1/batches/{id}/results?format=csv&columns=city&bom=true&delimiter=%3B");
        Assert.StartsWith("\uFEFFCity;status", Encoding.UTF8.GetString(await marked.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains(",=1+1,", await host.TextAsync($"/v1/batches/{id}/results?format=csv&escape=none"), StringComparison.Ordinal);
        Assert.Contains("\r\ninfo@example.com,deliverable", await host.TextAsync($"/v1/batches/{id}/results?format=csv&columns=1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv", "Name;E-Mail\nJane, Dr.;jane@example.com\n", "Name;E-Mail;status;", "\r\nJane, Dr.;jane@example.com;deliverable;")]
    [InlineData("text/csv", "Name\tE-Mail\nJane\tjane@example.com\n", "Name\tE-Mail\tstatus\t", "\r\nJane\tjane@example.com\tdeliverable\t")]
    [InlineData("text/csv", "email\njane@example.com\n", "email,status,", "\r\njane@example.com,deliverable,")]
    [InlineData("application/json", """{"emails":["jane@example.com"]}""", "email,status,", "\r\njane@example.com,deliverable,")]
    public async Task Csv_OfAFile_HasBetweenCellsWhatStoodThere(string type, string list, string header, string row)
    {
        await using var host = await BatchHost.StartAsync();
        using var content = new StringContent(list, Encoding.UTF8, type);
        using var created = await host.Api.Client.PostAsync(new Uri("/v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var id = (string)(await created.JsonAsync())["id"]!;
        await host.WorkAsync(id);

        var csv = await host.TextAsync($"/v1/batches/{id}/results?format=csv");

        Assert.StartsWith(header, csv, StringComparison.Ordinal);
        Assert.Contains(row, csv, StringComparison.Ordinal);
        Assert.Contains("email,", (await host.TextAsync($"/v1/batches/{id}/results?format=csv&delimiter=,")).Replace("E-Mail", "email", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customers.csv", "customers-verified.csv")]
    [InlineData("Customers of v1.2", "Customers of v1.2-verified.csv")]
    [InlineData("Käufer.TXT", "Käufer-verified.csv")]
    [InlineData("../etc/a\r\nb\".csv", ".._etc_a__b\"-verified.csv")]
    public async Task Csv_OfABatchWithAName_IsSavedUnderIt(string name, string saved)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("a@b.example\n", query: "?name=" + Uri.EscapeDataString(name));
        await host.WorkAsync(id);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?format=csv");
        Assert.Equal(saved, response.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task Csv_OfABatchWithoutAName_IsSavedUnderItsId()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("a@b.example\n");
        await host.WorkAsync(id);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?format=csv");
        Assert.Equal(id + ".csv", response.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task Csv_NameTaken_PrefixesAllOfOurs()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email,Status\na@b.example,old\n");
        await host.WorkAsync(id);
        Assert.StartsWith("email,Status,ev_status,ev_reason,ev_score,", await host.TextAsync($"/v1/batches/{id}/results?format=csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_OfJsonRows_KeepsTheirValues()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("{\"emails\":[{\"email\":\"a@b.example\",\n \"n\":[1, 2.50]},\"c@b.example\"]}", "application/json");
        await host.WorkAsync(id);
        var lines = (await host.TextAsync($"/v1/batches/{id}/results?format=ndjson")).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("\"input\":{\"email\":\"a@b.example\",  \"n\":[1, 2.50]}}", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\"input\":\"c@b.example\"}", lines[1], StringComparison.Ordinal);
        Assert.Contains("\na@b.example,deliverable", await host.TextAsync($"/v1/batches/{id}/results?format=csv"), StringComparison.Ordinal);
        Assert.Contains("\n\"[1, 2.50]\",deliverable", await host.TextAsync($"/v1/batches/{id}/results?format=csv&columns=n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv", "text/csv; charset=utf-8; header=present")]
    [InlineData("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/*", "text/csv; charset=utf-8; header=present")]
    [InlineData("application/json;q=0, */*", "application/x-ndjson")]
    public async Task Accept_Weighed_Chooses(string accept, string type)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results", ("Accept", accept));
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Accept_OfNothingThereIs_NamesWhatThereIs()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        using var refused = await host.Api.GetAsync($"/v1/batches/{id}/results", ("Accept", "application/xml"));
        Assert.Contains("text/csv", (string)(await refused.ProblemAsync("not_acceptable"))["detail"]!, StringComparison.Ordinal);
        using var browser = await host.Api.GetAsync($"/v1/batches/{id}/results?format=csv", ("Accept", "text/html"));
        Assert.Equal(200, (int)browser.StatusCode);
    }

    [Theory]
    [InlineData("status=unknown,risky", new[] { 1 })]
    [InlineData("reason=accepted_email", new[] { 2, 3 })]
    [InlineData("min_score=60", new[] { 2, 3 })]
    [InlineData("flags=role,free", new[] { 2 })]
    [InlineData("after=2", new[] { 3 })]
    [InlineData("limit=1", new[] { 1 })]
    [InlineData("after=1&limit=1", new[] { 2 })]
    public async Task Filter_Each_ShowsItsRows(string query, int[] rows)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\nx@example.com\ninfo@example.com\nz@example.com\n");
        await host.WorkAsync(id, email => email[0] == 'x' ? BatchHost.TimedOut : BatchHost.Accepted);
        foreach (var format in (string[])["json", "ndjson"])
        {
            var text = await host.TextAsync($"/v1/batches/{id}/results?format={format}&{query}");
            var shown = format is "json" ? JsonNode.Parse(text)!["results"]!.AsArray() : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))];
            Assert.Equal(rows, shown.Select(row => (int)row!["row"]!));
        }
    }

    [Theory]
    [InlineData("status=good")]
    [InlineData("min_score=101")]
    [InlineData("flags=nice")]
    [InlineData("after=x")]
    [InlineData("order=done&after=17")]
    [InlineData("order=up")]
    [InlineData("format=xlsx")]
    [InlineData("limit=1001")]
    [InlineData("delimiter=x")]
    [InlineData("escape=all")]
    public async Task Parameter_Wrong_SaysWhich(string query)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?{query}");
        _ = await response.ProblemAsync("validation_failed");
    }

    [Fact]
    public async Task Column_Unknown_IsNotFound()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(List);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?columns=Street");
        Assert.Equal("""["E-Mail","City"]""", (await response.ProblemAsync("column_not_found"))["columns"]!.ToJsonString());
    }

    [Theory]
    [InlineData("row")]
    [InlineData("done")]
    public async Task Json_ByPages_ShowsEachRowOnce(string order)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\n" + string.Concat(Enumerable.Range(1, 2_345).Select(row => $"u{row % 1_500}@b.example\n")));
        await host.WorkAsync(id);
        var seen = new List<int>();
        for (string? after = null; ;)
        {
            var page = await host.JsonAsync($"/v1/batches/{id}/results?order={order}&limit=700&after={after}".Replace("&after=", after is null ? "" : "&after=", StringComparison.Ordinal));
            seen.AddRange(page["results"]!.AsArray().Select(row => (int)row!["row"]!));
            after = (string?)page["next"];
            if (after is null)
                break;
        }

        Assert.Equal(2_345, seen.Count);
        Assert.Equal(Enumerable.Range(1, 2_345), order is "row" ? seen : seen.Order());
    }

    [Fact]
    public async Task Running_ShowsWhatIsDoneAndGoesOn()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\nb@b.example\nc@b.example\n");
        await host.WorkAsync(id, email => email[0] == 'b' ? BatchHost.Accepted : null);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?order=done");
        var page = await response.JsonAsync();
        Assert.Equal("running", response.Header("EmailVerify-Batch-Status"));
        Assert.False(response.Headers.Contains("ETag"));
        Assert.Equal(2, (int?)Assert.Single(page["results"]!.AsArray())!["row"]);

        await host.WorkAsync(id);
        page = await host.JsonAsync($"/v1/batches/{id}/results?order=done&after={(string)page["next"]!}");
        Assert.Equal([1, 3], page["results"]!.AsArray().Select(row => (int)row!["row"]!));
        Assert.Null(page["next"]);
    }

    [Fact]
    public async Task Dropped_Duplicates_AreNotShown()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\na@b.example\nb@b.example\n", query: "?drop_duplicates=true");
        await host.WorkAsync(id);
        Assert.Equal("completed", (string?)(await host.JsonAsync("/v1/batches/" + id))["status"]);
        Assert.Equal([1, 3], (await host.JsonAsync($"/v1/batches/{id}/results"))["results"]!.AsArray().Select(row => (int)row!["row"]!));
    }

    [Fact]
    public async Task Retry_OldVerdicts_AreNotFinal()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\nb@b.example\n");
        await host.WorkAsync(id, email => email[0] == 'a' ? BatchHost.TimedOut : BatchHost.Accepted);
        using (await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", json: null))
        {
            var rows = (await host.JsonAsync($"/v1/batches/{id}/results"))["results"]!.AsArray();
            Assert.Equal([false, true], rows.Select(row => (bool)row!["final"]!));
        }
    }

    [Fact]
    public async Task Ended_HasATagThatGuardsAndSpares()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\n");
        await host.WorkAsync(id, _ => BatchHost.TimedOut);
        var path = $"/v1/batches/{id}/results?format=csv";
        using var head = await host.Api.SendAsync(HttpMethod.Head, path, json: null);
        var tag = head.Header("ETag");
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using (var known = await host.Api.GetAsync(path, ("If-None-Match", tag)))
            Assert.Equal(304, (int)known.StatusCode);
        using (var same = await host.Api.GetAsync(path, ("If-Match", tag)))
            Assert.Equal(200, (int)same.StatusCode);
        using (var rest = await host.Api.GetAsync(path + "&after=1", ("If-Match", tag)))
            Assert.Equal(200, (int)rest.StatusCode);
        using (var rest = await host.Api.GetAsync(path + "&after=1", ("If-None-Match", tag)))
            Assert.Equal(200, (int)rest.StatusCode);
        using (var others = await host.Api.GetAsync(path + "&status=unknown", ("If-Match", tag)))
            _ = await others.ProblemAsync("precondition_failed");
        using (await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", json: null))
        using (var other = await host.Api.GetAsync(path, ("If-Match", tag)))
            _ = await other.ProblemAsync("precondition_failed");
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Failure_InTheMiddle_CutsTheConnection(string encoding)
    {
        var reads = 0;
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(
            store, name => name is nameof(IBatchStore.ReadAsync) && ++reads == 3 ? new InvalidOperationException("broken") : null));
        var id = await host.CreateAsync("email\n" + string.Concat(Enumerable.Range(1, 3_000).Select(row => $"u{row}@b.example\n")));
        await host.WorkAsync(id);
        host.Api.Client.DefaultRequestHeaders.AcceptEncoding.ParseAdd(encoding);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.TextAsync($"/v1/batches/{id}/results?format=csv"));
    }

    [Fact]
    public async Task Failure_AtTheFirstRow_IsAProblem()
    {
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(
            store, name => name is nameof(IBatchStore.ReadAsync) ? new EmailVerify.Core.StorageUnavailableException("away") : null));
        var id = await host.CreateAsync("email\na@b.example\n");
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/results?format=csv");
        _ = await response.ProblemAsync("storage_unavailable");
    }
}
