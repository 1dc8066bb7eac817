using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>What a JSON value may be: a schema (JSON Schema 2020-12) as the document gives it. Made by <see cref="Shapes"/>.</summary>
internal sealed record Shape
{
    /// <summary>Gets the name by which the document declares it once; null where it is written out in each place.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the sentence that says what it is, or null.</summary>
    public string? About { get; init; }

    /// <summary>Gets the JSON type, such as <c>string</c>; null for a choice of shapes, and for any value.</summary>
    public string? Type { get; init; }

    /// <summary>Gets a value indicating whether null may stand in its place.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Gets the keywords that hold no other shape, as bounds and formats.</summary>
    public ImmutableArray<(string Keyword, JsonNode Value)> Rules { get; init; } = [];

    /// <summary>Gets the words that it may be, and no others; empty is no such list.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Gets the members of an object.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Gets what each element of an array is.</summary>
    public Shape? Items { get; init; }

    /// <summary>Gets what each member of an object is whose names are data.</summary>
    public Shape? Values { get; init; }

    /// <summary>Gets the shapes of which it has at least one.</summary>
    public ImmutableArray<Shape> Choices { get; init; } = [];

    /// <summary>The same, or null.</summary>
    public Shape OrNull() => this with { IsNullable = true };

    /// <summary>The same, declared once under a name.</summary>
    public Shape Named(string name, string about) => this with { Name = name, About = about };

    /// <summary>The same, with another keyword.</summary>
    public Shape With(string keyword, JsonNode value) => this with { Rules = Rules.Add((keyword, value)) };

    /// <summary>Writes it as the document has it.</summary>
    /// <param name="components">The shapes with names; those that are met are added.</param>
    /// <param name="about">What it is in this place, or null.</param>
    public JsonObject Render(IDictionary<string, JsonObject> components, string? about = null)
    {
        var rendered = new JsonObject();
        if (about is not null || (Name is null && About is not null))
            rendered["description"] = about ?? About;
        if (Name is null)
        {
            Write(rendered, components);
            return rendered;
        }

        if (components.TryAdd(Name, []))
        {
            var whole = new JsonObject { ["description"] = About };
            (this with { IsNullable = false }).Write(whole, components);
            components[Name] = whole;
        }

        var reference = "#/components/schemas/" + Name;
        if (IsNullable)
            rendered["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = reference }, new JsonObject { ["type"] = "null" });
        else
            rendered["$ref"] = reference;
        return rendered;
    }

    private void Write(JsonObject rendered, IDictionary<string, JsonObject> components)
    {
        if (Type is not null)
            rendered["type"] = IsNullable ? new JsonArray(Type, "null") : Type;
        if (!Words.IsEmpty)
            rendered["enum"] = new JsonArray([.. Words.Select(word => JsonValue.Create(word)), .. IsNullable ? [null] : ReadOnlySpan<JsonNode?>.Empty]);
        foreach (var (keyword, value) in Rules)
            rendered[keyword] = value.DeepClone();
        if (!Choices.IsEmpty)
            rendered["anyOf"] = new JsonArray([.. Choices.Select(choice => choice.Render(components)), .. IsNullable ? [new JsonObject { ["type"] = "null" }] : ReadOnlySpan<JsonNode?>.Empty]);
        if (Items is not null)
            rendered["items"] = Items.Render(components);
        if (Values is not null)
            rendered["additionalProperties"] = Values.Render(components);
        if (Members.IsEmpty)
            return;
        if (Members.Where(member => !member.IsOptional).ToArray() is { Length: > 0 } required)
            rendered["required"] = new JsonArray([.. required.Select(member => JsonValue.Create(member.Name))]);
        rendered["properties"] = new JsonObject(Members.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, member.Shape.Render(components, member.About))));
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What its value may be.</param>
/// <param name="About">What it says; null where its shape says that already.</param>
/// <param name="IsOptional">Whether it may be missing. In an answer only what the request decides about is.</param>
internal sealed record Member(string Name, Shape Shape, string? About, bool IsOptional);
