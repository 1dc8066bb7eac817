using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using EmailVerify.Host.Tests.OpenApi;
using Xunit.v3;

[assembly: NoteTest]

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>Which documented answers were given by the tests of this assembly.</summary>
internal static class ContractCoverage
{
    private static readonly ConcurrentDictionary<string, bool> Given = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<MethodInfo, bool> Ran = new();

    public static void Note(string answer) => Given.TryAdd(answer, true);

    public static void Note(MethodInfo test) => Ran.TryAdd(test, true);

    /// <summary>Says whether all tests but this one have run, and not only some that were asked for.</summary>
    public static bool AllRanBut(MethodInfo last) => typeof(ContractCoverage).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public))
        .Where(method => method != last && method.GetCustomAttribute<FactAttribute>() is { Skip: null, Explicit: false })
        .Where(method => method.GetCustomAttribute<TraitAttribute>() is null && method.DeclaringType!.GetCustomAttribute<TraitAttribute>() is null)
        .All(Ran.ContainsKey);

    /// <summary>Lists the documented answers that no test has got.</summary>
    public static IEnumerable<string> Missing(Contract contract) => Documented(contract).Except(Given.Keys, StringComparer.Ordinal);

    /// <summary>Lists each documented answer: operation, status, media type, and of problems the code.</summary>
    private static IEnumerable<string> Documented(Contract contract)
    {
        foreach (var operation in contract.Operations)
        {
            foreach (var (status, reference) in operation.Responses)
            {
                if (contract.Resolve(reference!)["content"] is not JsonObject contents)
                {
                    yield return $"{operation.Id} {status}";
                    continue;
                }

                foreach (var (type, content) in contents)
                {
                    if (type is not "application/problem+json")
                        yield return $"{operation.Id} {status} {type}";
                    else
                        foreach (var (_, example) in (JsonObject)content!["examples"]!)
                            yield return $"{operation.Id} {status} {type} {example!["value"]!["code"]}";
                }
            }
        }
    }
}

/// <summary>Notes which tests have begun.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class NoteTestAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => ContractCoverage.Note(methodUnderTest);
}
