using RealTimeActors.Edge.Authentication.Jwt;
using Xunit.Abstractions;

namespace RealTimeActors.Authentication.Oracle.Tests;

public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_121;
    private const int Mutants = 200_000;

    private static readonly JwtVerifier _verifier = new(Library.Options);
    private static readonly JwtKeySet _keys = new(Library.Options.Keys);

    [Fact]
    public void Of_200_000_mutants_none_is_taken_that_the_library_refuses_and_none_that_was_tampered_with()
    {
        var now = DateTimeOffset.UtcNow;
        var mutations = new Mutations(Seed, now);
        var taken = new SortedDictionary<string, (int Made, int Taken)>(StringComparer.Ordinal);

        for (var number = 0; number < Mutants; number++)
        {
            var mutant = mutations.Next();
            var (made, before) = taken.GetValueOrDefault(mutant.What);
            taken[mutant.What] = (made + 1, before);
            if (mutant.Token == mutant.Original || _verifier.Verify(mutant.Token, _keys, now) is not JwtVerdict.Good)
                continue;

            taken[mutant.What] = (made + 1, before + 1);
            Assert.False(mutant.IsTamperedWith, $"seed {Seed}, mutant {number}, {mutant.What}: {mutant.Token} was taken; it was made of {mutant.Original}.");
            var (claims, why) = Library.Judge(mutant.Token);
            Assert.True(claims is not null, $"seed {Seed}, mutant {number}, {mutant.What}: {mutant.Token} was taken here; the library refuses it: {why}");
        }

        foreach (var (what, count) in taken)
            output.WriteLine($"{what}: {count.Made} made, {count.Taken} taken by both");

        // A verifier that refuses everything would pass the rest.
        Assert.True(taken["strange claims"].Taken > 1_000 && taken["a strange header"].Taken > 1_000, "Too few mutants were good.");
    }
}
