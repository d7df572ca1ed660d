using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Actors.Tests.Kernel;

/// <summary>The kernel's own collections against the plainest model of each.</summary>
public sealed class WaitingStructuresTests
{
    [Fact]
    public void A_ring_agrees_with_a_list_over_many_random_steps()
    {
        var chance = new Xoshiro256(11, "ring");
        var ring = default(MessageRing);
        var model = new List<object>();
        for (var step = 0; step < 20_000; step++)
        {
            switch (chance.Below(6))
            {
                case 0:
                    var into = new object?[chance.Below(20)];
                    var count = ring.Take(into);
                    Assert.Equal(Math.Min(into.Length, model.Count), count);
                    Assert.Equal(model.Take(count), into.Take(count));
                    model.RemoveRange(0, count);
                    break;
                case 1:
                    var back = Enumerable.Range(0, chance.Below(10)).Select(i => (object?)$"back {step} {i}").ToArray();
                    ring.PutBack(back);
                    model.InsertRange(0, back!);
                    break;
                case 2 when model.Count > 0:
                    Assert.Equal(model[0], ring.Take());
                    model.RemoveAt(0);
                    break;
                case 3 when model.Count == 0:
                    ring.ReleaseSlots();
                    Assert.Equal(0, ring.Length);
                    break;
                case 4 when model.Count < 500:
                    ring.MoveTo(new object?[1_024]);
                    break;
                default:
                    ring.Add($"{step}");
                    model.Add($"{step}");
                    break;
            }

            Assert.Equal(model.Count, ring.Count);
        }
    }

    [Fact]
    public void A_ring_that_gave_a_message_out_does_not_hold_it_any_more()
    {
        var ring = default(MessageRing);
        for (var i = 0; i < 8; i++)
            ring.Add($"{i}");

        ring.Take();
        ring.Take(new object?[7]);

        Assert.All(ring.ReleaseSlots()!, Assert.Null);
    }

    [Fact]
    public void A_set_of_cells_agrees_with_a_list_over_many_random_steps()
    {
        var world = new SimulatedWorld(seed: 1);
        var cells = Enumerable.Range(0, 60).Select(i => (ActorCell)new Probe<string>(world.System, $"p{i}").Ref).ToArray();
        var chance = new Xoshiro256(12, "set");
        var set = new CellSet();
        var model = new List<ActorCell>();
        for (var step = 0; step < 20_000; step++)
        {
            // Grows and shrinks in turn, through both forms of the set.
            var cell = cells[chance.Below(step / 1_000 % 2 == 0 ? 60 : 6)];
            if (chance.OneIn(2))
            {
                Assert.Equal(!model.Contains(cell), set.Add(cell));
                if (!model.Contains(cell))
                    model.Add(cell);
            }
            else
            {
                Assert.Equal(model.Remove(cell), set.Remove(cell));
            }

            Assert.Equal(model, set.ToArray());
        }
    }
}
