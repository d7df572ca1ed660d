using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>Edits of this client and of others, answers, changes and snapshots in any order in which they can come.</summary>
public sealed class StatePropertyTests
{
    [Fact]
    public void What_is_seen_is_always_the_confirmed_with_every_edit_that_is_not_in_it_and_in_the_end_what_the_server_has()
    {
        var step = Gen.Choose(0, 99).SelectMany(what => Gen.Choose(0, 500).Select(number => (What: what, Number: number)));

        Prop.ForAll(step.ListOf().ToArbitrary(), script => Holds([.. script]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(120));
    }

    private static bool Holds((int What, int Number)[] script)
    {
        var play = new Play();
        foreach (var (what, number) in script)
        {
            play.Do(what, number);
            play.Check();
        }

        play.Finish();
        return true;
    }

    private sealed class Play
    {
        private readonly StateView _view = new(null);
        private readonly ModelDocument _server = new();

        /// <summary>Edits under way to the server.</summary>
        private readonly Queue<PendingMutation> _up = new();
        private readonly Queue<(MutationOutcome Outcome, string Epoch)> _answers = new();

        /// <summary>By offset; null: nothing that concerns the client.</summary>
        private readonly Queue<(long Offset, ServerFrame.Change? Change)> _down = new();

        /// <summary>What the client has made, in order, and what it knows of each.</summary>
        private readonly List<(PendingMutation Mutation, long? DecidedAt)> _shown = [];
        private long _offset;
        private long _made;

        internal Play() => _view.Take(new ServerFrame.State("grants", 0, [], Last: true), "e1");

        internal void Do(int what, int number)
        {
            switch (what)
            {
                case < 25: Edit(number); break;
                case < 40: Foreign(number); break;
                case < 60: Decide(number); break;
                case < 78: Deliver(); break;
                case < 97: Answer(); break;
                default: Snapshot(number); break;
            }
        }

        internal void Check()
        {
            _shown.RemoveAll(one => one.DecidedAt <= _view.Offset);
            var expected = ModelDocument.Of(_view.Snapshot.Confirmed.Values);
            foreach (var (mutation, _) in _shown)
                expected.Show(mutation);

            Assert.Equal(expected.Text, ModelDocument.TextOf(_view.Snapshot));
            Assert.Equal(_shown.Count, _view.ShownCount);
            Assert.All(_view.Snapshot.Entries.Values, entry => Assert.Equal(_shown.Count(one => one.Mutation.Key == entry.Key), entry.PendingCount));
        }

        internal void Finish()
        {
            while (_up.Count > 0)
                Decide(_up.Count);
            while (_answers.Count > 0)
                Answer();
            while (_down.Count > 0)
                Deliver();

            Check();
            Assert.Equal(_server.Text, ModelDocument.TextOf(_view.Snapshot));
            Assert.Equal(0, _view.ShownCount);
        }

        private void Edit(int number)
        {
            var (operation, value) = ModelEdits.Of(number);
            var mutation = new PendingMutation { Channel = "grants", Key = ModelEdits.KeyOf(number), Operation = operation, Value = Encoding.UTF8.GetBytes(value), Producer = "p", Number = ++_made };
            _view.Show(mutation);
            _shown.Add((mutation, null));
            _up.Enqueue(mutation);
        }

        private void Foreign(int number)
        {
            var (operation, value) = ModelEdits.Of(number / 3);
            _down.Enqueue((++_offset, _server.Edit(ModelEdits.KeyOf(number), operation, value, _offset, asPatch: number % 2 == 0)));
        }

        private void Decide(int number)
        {
            if (!_up.TryDequeue(out var mutation))
                return;

            var result = (MutationResult)Math.Max(0, (number % 7) - 3);
            if (result != MutationResult.Rejected)
                _offset++;
            if (result is MutationResult.Applied or MutationResult.Merged)
            {
                var change = _server.Edit(mutation.Key, mutation.Operation, Encoding.UTF8.GetString(mutation.Value.Span), _offset, number % 2 == 0, mutation.MutationId, result == MutationResult.Merged);
                _down.Enqueue((_offset, change));
            }
            else if (result == MutationResult.Superseded)
            {
                _down.Enqueue((_offset, null));
            }

            _answers.Enqueue((new MutationOutcome { Mutation = mutation, Result = result, Offset = result == MutationResult.Rejected ? 0 : _offset }, "e1"));
        }

        private void Deliver()
        {
            if (!_down.TryDequeue(out var next))
                return;

            if (next.Change is { } change)
                _view.Take(change);
            _view.Advance(next.Offset);
            _shown.RemoveAll(one => one.Mutation.MutationId == next.Change?.MutationId);
        }

        private void Answer()
        {
            if (!_answers.TryDequeue(out var answer))
                return;

            _view.Decide(answer.Outcome, answer.Epoch);
            var at = _shown.FindIndex(one => one.Mutation == answer.Outcome.Mutation);
            if (at < 0)
                return;

            if (answer.Outcome.Result is MutationResult.Applied or MutationResult.Merged)
                _shown[at] = (answer.Outcome.Mutation, answer.Outcome.Offset);
            else
                _shown.RemoveAt(at);
        }

        /// <summary>The rest of what is under way down is in the snapshot.</summary>
        private void Snapshot(int number)
        {
            _down.Clear();
            var entries = _server.ToEntries();
            var cut = entries.Count == 0 ? 0 : number % entries.Count;
            _view.AwaitSnapshot();
            Assert.False(_view.Take(new ServerFrame.State("grants", _offset, entries[..cut], Last: false), "e1"));
            Assert.True(_view.Take(new ServerFrame.State("grants", _offset, entries[cut..], Last: true), "e1"));
        }
    }
}
