// What Python sees: the settings as plain objects, a Run that is carried on piece by piece, a Predictor.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "png.hpp"
#include "predictor.hpp"
#include "run.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace stirfry;

namespace {

template <typename T>
using Array = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <typename T>
using Vector = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <typename T>
nb::ndarray<nb::numpy, T> as_array(const T* from, std::vector<size_t> shape) {
    size_t n = 1;
    for (size_t size : shape) n *= size;
    T* copy = new T[n ? n : 1];
    std::copy(from, from + n, copy);
    nb::capsule owner(copy, [](void* p) noexcept { delete[] static_cast<T*>(p); });
    return nb::ndarray<nb::numpy, T>(copy, shape.size(), shape.data(), owner);
}

template <typename T>
nb::ndarray<nb::numpy, T> as_array(const std::vector<T>& from) {
    return as_array(from.data(), {from.size()});
}

const Kernels* kernels_named(const std::string& name) {
    const Kernels* found[8];
    const int n = usable_kernels(found, 8);
    for (int i = 0; i < n; ++i) {
        if (name == found[i]->name) return found[i];
        const Kernels* half = in_bfloat16(found[i]);
        if (half && name == half->name) return half;
    }
    throw std::invalid_argument("no such instruction set on this processor: " + name);
}

// A part's arrays, kept alive for as long as a run looks at them.
struct Rows {
    nb::object inputs, table, classes, values;
    Part part;

    // `x` are floats, or pixels with a table of what each means in each channel.
    Rows(nb::object x, nb::object meanings, nb::object c, nb::object v, double spread) : inputs(x), table(meanings) {
        if (meanings.is_none()) {
            const auto floats = nb::cast<Array<float>>(x, false);
            part.inputs = floats.data();
            part.rows = (int)floats.shape(0);
        } else {
            const auto pixels = nb::cast<Array<uint8_t>>(x, false);
            part.pixels = pixels.data();
            part.rows = (int)pixels.shape(0);
            const auto every = nb::cast<Array<float>>(meanings, false);
            part.table = every.data();
            part.area = (int)(pixels.size() / std::max<size_t>(1, pixels.shape(0) * every.shape(0)));
        }
        part.spread = spread;
        if (!c.is_none()) {
            classes = c;
            part.classes = nb::cast<Vector<int32_t>>(c, false).data();
        }
        if (!v.is_none()) {
            values = v;
            part.values = nb::cast<Array<float>>(v, false).data();
        }
    }
};

Random random_from(Vector<uint32_t> key, int position) {
    if (key.shape(0) != (size_t)Random::size || position < 0 || position > Random::size)
        throw std::invalid_argument("a state has 624 words and a position from 0 to 624");
    return Random(key.data(), position);
}

template <typename T>
void into(std::vector<T>& to, Vector<T> from) {
    to.assign(from.data(), from.data() + from.shape(0));
}

// Carries many runs on; each thread takes the next one that isn't being worked on.
void advance_all(const std::vector<Run*>& runs, double seconds, int threads) {
    nb::gil_scoped_release free;
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::atomic<size_t> next{0};
    std::exception_ptr failed;
    std::mutex failing;
    const auto work = [&] {
        try {
            for (;;) {
                const double left = std::chrono::duration<double>(end - Clock::now()).count();
                if (left <= 0) return;
                const size_t mine = next.fetch_add(1);
                if (mine >= runs.size()) return;
                runs[mine]->advance(left, 0);
            }
        } catch (...) {  // memory ran out; on a thread of its own that would end the process
            const std::lock_guard<std::mutex> one(failing);
            failed = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (auto& other : others) other.join();
    if (failed) std::rethrow_exception(failed);
}

}  // namespace

#define STIRFRY_ARRAY(name, T)                                                     \
    .def_prop_rw(#name, [](const Run& run) { return as_array(run.name); },         \
                 [](Run& run, Vector<T> value) { into(run.name, value); }, nb::for_getter(nb::rv_policy::automatic))

NB_MODULE(_native, m) {
    m.doc() = "The native engine; see stirfry.engine.native.";

    m.def("lanes", [](const std::string& isa) { return kernels_named(isa)->lanes; }, "isa"_a);
    // The set with products in bfloat16, by its name; empty where this processor has none.
    m.def("in_bfloat16", [](const std::string& isa) {
        const Kernels* half = in_bfloat16(kernels_named(isa));
        return std::string(half ? half->name : "");
    }, "isa"_a);
    m.def("instruction_sets", [] {
        const Kernels* found[8];
        std::vector<std::string> names;
        const int n = usable_kernels(found, 8);
        for (int i = 0; i < n; ++i) names.push_back(found[i]->name);
        return names;
    });

    nb::class_<Layer>(m, "Layer")
        .def("__init__",
             [](Layer* layer, int kind, int in, int out, bool bias, float alpha, double p,
                const std::array<int, 12>& w) {
                 const Window window{w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11]};
                 new (layer) Layer{static_cast<Kind>(kind), in, out, bias, alpha, p, window};
             },
             "kind"_a, "inputs"_a, "outputs"_a, "bias"_a, "alpha"_a, "p"_a, "window"_a);

    nb::class_<Rows>(m, "Rows")
        .def(nb::init<nb::object, nb::object, nb::object, nb::object, double>(), "inputs"_a, "table"_a.none(),
             "classes"_a.none(), "values"_a.none(), "spread"_a);

    nb::class_<Loss>(m, "Loss")
        .def("__init__",
             [](Loss* loss, int kind, std::vector<float> weights, float smoothing, float positive, float delta) {
                 new (loss) Loss{static_cast<LossKind>(kind), std::move(weights), smoothing, positive, delta};
             },
             "kind"_a, "class_weights"_a, "smoothing"_a, "positive_weight"_a, "delta"_a);

    nb::class_<Optimizer>(m, "Optimizer")
        .def("__init__",
             [](Optimizer* o, int kind, double momentum, double decay, double beta1, double beta2, double eps,
                double alpha, bool nesterov, double clip) {
                 new (o) Optimizer{static_cast<OptimizerKind>(kind), momentum, decay, beta1, beta2, eps, alpha,
                                   nesterov, clip};
             },
             "kind"_a, "momentum"_a, "weight_decay"_a, "beta1"_a, "beta2"_a, "eps"_a, "alpha"_a, "nesterov"_a,
             "clip_norm"_a);

    nb::class_<Plan>(m, "Plan")
        .def(nb::init<>())
        .def_rw("optimizer", &Plan::optimizer)
        .def_rw("epochs", &Plan::epochs)
        .def_rw("batch_size", &Plan::batch_size)
        .def_rw("steps", &Plan::steps)
        .def_rw("draws", &Plan::draws)
        .def_rw("shuffle", &Plan::shuffle)
        .def_rw("validates", &Plan::validates)
        .def_rw("keep_best", &Plan::keep_best)
        .def_rw("keep_steps", &Plan::keep_steps)
        .def_rw("patience", &Plan::patience)
        .def_rw("min_delta", &Plan::min_delta)
        .def_rw("probe_every", &Plan::probe_every)
        .def_rw("shift", &Plan::shift)
        .def_rw("flip", &Plan::flip)
        .def("set_rates", [](Plan& plan, nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu> rates) {
            plan.rates.assign(rates.data(), rates.data() + rates.size());
            plan.rate_columns = (int)rates.shape(1);
        });

    nb::enum_<Status>(m, "Status")
        .value("running", Status::running)
        .value("finished", Status::finished)
        .value("patience", Status::patience)
        .value("not_finite", Status::not_finite);

    nb::class_<Random>(m, "Random").def(nb::init<uint32_t>(), "seed"_a).def(
        "words",
        [](Random& random, size_t count) {
            std::vector<uint32_t> words(count);
            for (uint32_t& word : words) word = random.word();
            return as_array(words);
        },
        "count"_a, nb::rv_policy::automatic);

    nb::class_<Run>(m, "Run")
        .def("__init__",
             [](Run* self, const std::string& isa, std::vector<Layer> layers, int inputs, const Loss& loss,
                const Plan& plan, const Rows& train, std::vector<const Rows*> followed, Vector<float> weights,
                Vector<float> buffers, const Random& random, int threads) {
                 std::vector<Part> parts;
                 for (const Rows* rows : followed) parts.push_back(rows->part);
                 new (self) Run(kernels_named(isa), std::move(layers), inputs, loss, plan, train.part, parts,
                                weights.data(), buffers.data(), random, threads);
             },
             "isa"_a, "layers"_a, "inputs"_a, "loss"_a, "plan"_a, "train"_a, "followed"_a, "weights"_a, "buffers"_a,
             "random"_a, "threads"_a, nb::keep_alive<1, 7>(), nb::keep_alive<1, 8>())
        .def("advance", &Run::advance, "seconds"_a, "steps"_a = 0, nb::call_guard<nb::gil_scoped_release>())
        // clang-format off
        STIRFRY_ARRAY(weights, float)
        STIRFRY_ARRAY(buffers, float)
        STIRFRY_ARRAY(first, float)
        STIRFRY_ARRAY(second, float)
        STIRFRY_ARRAY(best_weights, float)
        STIRFRY_ARRAY(best_buffers, float)
        STIRFRY_ARRAY(order, int32_t)
        STIRFRY_ARRAY(step_losses, float)
        // clang-format on
        .def_prop_rw("history",
                     [](const Run& run) {
                         const size_t columns = (size_t)run.columns();
                         return as_array(run.history.data(), {run.history.size() / columns, columns});
                     },
                     [](Run& run, nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu> value) {
                         run.history.assign(value.data(), value.data() + value.size());
                     },
                     nb::for_getter(nb::rv_policy::automatic))
        .def_prop_rw("probes",
                     [](const Run& run) {
                         const size_t columns = (size_t)run.probe_columns();
                         return as_array(run.probes.data(), {run.probes.size() / columns, columns});
                     },
                     [](Run& run, nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu> value) {
                         run.probes.assign(value.data(), value.data() + value.size());
                     },
                     nb::for_getter(nb::rv_policy::automatic))
        .def_prop_ro("random_key", [](const Run& run) { return as_array(run.stream().key(), {(size_t)Random::size}); },
                     nb::rv_policy::automatic)
        .def_prop_ro("random_position", [](const Run& run) { return run.stream().position(); })
        .def("set_random", [](Run& run, Vector<uint32_t> key, int position) { run.set_stream(random_from(key, position)); })
        .def_rw("batches", &Run::batches)
        .def_rw("best_batches", &Run::best_batches)
        .def_rw("optimizer_steps", &Run::optimizer_steps)
        .def_rw("epoch", &Run::epoch)
        .def_rw("step", &Run::step)
        .def_rw("best_epoch", &Run::best_epoch)
        .def_rw("losses", &Run::losses)
        .def_rw("hits", &Run::hits)
        .def_rw("best_loss", &Run::best_loss)
        .def_ro("failed_loss", &Run::failed_loss)
        .def_prop_ro("threads", &Run::threads)
        .def_ro("status", &Run::status)
        .def("row",
             [](const Run& run, int epoch) {
                 const size_t columns = (size_t)run.columns();
                 if (epoch < 1 || (size_t)epoch * columns > run.history.size()) return std::vector<double>();
                 const auto end = run.history.begin() + (ptrdiff_t)(epoch * columns);
                 return std::vector<double>(end - (ptrdiff_t)columns, end);
             },
             "epoch"_a);

    // Writes an image's pixels [P][H][W] from its inflated lines; false where a filter is none of PNG's.
    m.def("unfilter",
          [](nb::bytes lines, size_t channels,
             nb::ndarray<uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu> pixels) {
              const size_t planes = pixels.shape(0), height = pixels.shape(1), width = pixels.shape(2);
              if ((channels != 1 && channels != 3) || (planes != channels && planes != 3) ||
                  lines.size() != height * (1 + width * channels))
                  throw nb::value_error("lines must be H x (1 + W x C) bytes, pixels of shape (C, H, W) or (3, H, W)");
              std::vector<uint8_t> scratch(2 * width * channels);
              const auto* from = (const uint8_t*)lines.data();
              if (lines.size() < 1 << 16)  // letting others run costs more than a small image
                  return unfilter(from, height, width, channels, planes, scratch.data(), pixels.data());
              nb::gil_scoped_release free;
              return unfilter(from, height, width, channels, planes, scratch.data(), pixels.data());
          },
          "lines"_a, "channels"_a, "pixels"_a);

    m.def("advance_all", &advance_all, "runs"_a, "seconds"_a, "threads"_a);

    nb::class_<Predictor>(m, "Predictor")
        // Rows of float64, less the centres and over the scales; None where an output isn't finite.
        .def("scaled",
             [](Predictor& self, Array<double> rows, Vector<double> centres, Vector<double> scales) -> nb::object {
                 const size_t inputs = (size_t)self.inputs(), outputs = (size_t)self.outputs();
                 if (rows.ndim() != 2 || rows.shape(1) != inputs || centres.shape(0) != inputs ||
                     scales.shape(0) != inputs)
                     throw nb::value_error("rows must have the shape (N, inputs), centres and scales (inputs,)");
                 const double largest = std::numeric_limits<float>::max();
                 const size_t n = rows.shape(0);
                 std::vector<float> scaled(n * inputs), found(n * outputs);
                 for (size_t i = 0; i < scaled.size(); ++i) {
                     const double value = (rows.data()[i] - centres.data()[i % inputs]) / scales.data()[i % inputs];
                     scaled[i] = (float)(value > largest ? largest : value < -largest ? -largest : value);
                 }
                 self.run(scaled.data(), (int)n, found.data());
                 for (float value : found)
                     if (!std::isfinite(value)) return nb::none();
                 return nb::cast(as_array(found.data(), {n, outputs}));
             },
             "rows"_a, "centres"_a, "scales"_a)
        .def("__init__",
             [](Predictor* self, const std::string& isa, std::vector<Layer> layers, int inputs, Vector<float> weights,
                Vector<float> buffers, int threads) {
                 new (self) Predictor(kernels_named(isa), std::move(layers), inputs,
                                      std::vector<float>(weights.data(), weights.data() + weights.shape(0)),
                                      std::vector<float>(buffers.data(), buffers.data() + buffers.shape(0)), threads);
             },
             "isa"_a, "layers"_a, "inputs"_a, "weights"_a, "buffers"_a, "threads"_a = 1)
        .def("__call__",
             [](Predictor& self, Array<float> rows) {
                 if (rows.ndim() < 1 || rows.ndim() > 2 || (int)rows.shape(rows.ndim() - 1) != self.inputs())
                     throw nb::value_error("rows must have the shape (N, inputs) or (inputs,)");
                 const size_t n = rows.ndim() == 2 ? rows.shape(0) : 1;
                 float* outputs = new float[n * self.outputs() + 1];
                 nb::capsule owner(outputs, [](void* p) noexcept { delete[] static_cast<float*>(p); });
                 if (n > 4096) {
                     nb::gil_scoped_release free;
                     self.run(rows.data(), (int)n, outputs);
                 } else {
                     self.run(rows.data(), (int)n, outputs);
                 }
                 const size_t shape[2] = {n, (size_t)self.outputs()};
                 const size_t skip = rows.ndim() == 2 ? 0 : 1;
                 return nb::ndarray<nb::numpy, float>(outputs, rows.ndim(), shape + skip, owner);
             },
             "rows"_a);
}
