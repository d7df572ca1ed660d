using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.States;

/// <summary>How mutations stand in a channel's rows, and the shared state in its snapshots. The version is that of the row or the snapshot around it.</summary>
internal static class SharedStateFormat
{
    private const byte BaseVersion = 1;

    private enum FirstNamed : byte
    {
        No = 0,
        Yes = 1,
    }

    /// <summary>A mutation in a row: its id, its result, with an id its digest, and where rules are named for the first time their digest and text.</summary>
    internal static void Write(PayloadWriter to, StoredMutation mutation)
    {
        to.Text(mutation.MutationId);
        to.Byte((byte)mutation.Result);
        if (mutation.MutationId is not null)
            to.Bytes(mutation.Digest.Span);

        to.Byte((byte)(mutation.FirstNamed is null ? FirstNamed.No : FirstNamed.Yes));
        if (mutation.FirstNamed is { } rules)
            Write(to, rules);
    }

    internal static StoredMutation ReadMutation(ref PayloadReader from)
    {
        var id = from.Text();
        var result = (MutationResult)from.Byte();
        var digest = id is null ? default : from.Bytes();
        return new StoredMutation(id, result, digest) { FirstNamed = (FirstNamed)from.Byte() == FirstNamed.Yes ? ReadRules(ref from) : null };
    }

    /// <summary>The shared state in a snapshot: the rules, the document, and the mutations that are remembered.</summary>
    internal static void Write(PayloadWriter to, SharedState shared, bool withMutations)
    {
        to.Varint(shared.Rules.All.Count);
        foreach (var rules in shared.Rules.All)
            Write(to, rules);

        shared.Document.Write(to);
        to.Varint(withMutations ? shared.Mutations.Count : 0);
        foreach (var (owner, id, remembered) in withMutations ? shared.Mutations.All : [])
        {
            to.Text(owner.User);
            to.Text(owner.ProducerId);
            to.Text(id);
            to.Varint(remembered.Offset);
            to.Byte((byte)remembered.Result);
            to.Bytes(remembered.Digest.Span);
        }
    }

    internal static SharedState Read(ref PayloadReader from, ConflictRules? rulesOfToday = null)
    {
        var rules = new RuleSets();
        for (var sets = from.Varint(); sets > 0; sets--)
            rules.Add(ReadRules(ref from));

        var shared = new SharedState { Rules = rules, Document = StateDocument.Read(ref from), RulesOfToday = rulesOfToday };
        for (var mutations = from.Varint(); mutations > 0; mutations--)
        {
            var (owner, id) = (new ProducerKey(from.Text() ?? "", from.Text() ?? ""), from.Text() ?? "");
            shared.Mutations.Add(owner, id, new RememberedMutation(from.Varint(), (MutationResult)from.Byte(), from.Bytes()));
        }

        return shared;
    }

    /// <summary>A state as of an offset, by itself: version byte, offset, rules, document.</summary>
    internal static byte[] Write(StateAt state)
    {
        var to = new PayloadWriter(1_024);
        to.Byte(BaseVersion);
        to.Varint(state.Offset);
        Write(to, new SharedState { Document = state.Document, Rules = state.Rules }, withMutations: false);
        return to.ToArray();
    }

    internal static StateAt ReadBase(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != BaseVersion)
            throw new InvalidDataException($"Format {BaseVersion} is expected for the state at a trim point, but it is of format {version}: it was written by a newer version. Use that one.");

        var offset = from.Varint();
        var shared = Read(ref from);
        return new StateAt(offset, shared.Document, shared.Rules);
    }

    private static void Write(PayloadWriter to, ConflictRules rules)
    {
        to.Text(rules.Digest);
        to.Text(rules.Text);
    }

    private static ConflictRules ReadRules(ref PayloadReader from)
    {
        var (digest, text) = (from.Text() ?? "", from.Text() ?? "");
        var rules = ConflictRules.FromText(text);
        return rules.Digest == digest
            ? rules
            : throw new InvalidDataException($"The conflict rules {digest} of the log have the digest {rules.Digest}: they were changed after they were written.");
    }
}
