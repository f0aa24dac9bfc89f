/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.plugin.source.StrippedSource;
import io.quantvec.plugin.source.VectorForm;
import io.quantvec.plugin.source.VectorSpelling;
import io.quantvec.plugin.source.VectorSpellings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.BytesRef;

/**
 * A small index with stripped sources, kept for good: what one version wrote, all later ones read.
 */
final class GoldenSources {

  /** The versions of stored sources of which there is an index. */
  static final int VERSIONS = 2;

  private static final float WHOLE_BEYOND_INT = 1e18f;

  /** A number that has no fraction, in a vector of both kinds of numbers. */
  private static final int WHOLE_INDEX = 3;

  /** The forms that each version was the first to write, in the order of its documents. */
  private static final VectorForm[][] FORMS = {
    {VectorForm.NUMBERS, VectorForm.BARE_NUMBERS, VectorForm.BASE64},
    {VectorForm.NUMBERS, VectorForm.WHOLE_NUMBERS, VectorForm.BASE64, VectorForm.MIXED_NUMBERS}
  };

  private GoldenSources() {}

  /** The index as one version of stored sources was written, below the resources. */
  static String resource(int version) {
    return "/golden/" + version + "/derived-source.zip";
  }

  /**
   * Writes the index of the current version, only to be done as long as that version is not
   * released; run as the codec's golden indexes are.
   *
   * @param args the file to write
   */
  public static void main(String[] args) throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        OutputStream out = Files.newOutputStream(Path.of(args[0]))) {
      write(directory);
      zip(directory, out);
    }
  }

  private static VectorSpelling spelling(int version, int document) {
    VectorForm form = FORMS[version][document % FORMS[version].length];
    if (form != VectorForm.MIXED_NUMBERS) {
      return new VectorSpelling(form, null);
    }
    return VectorSpellings.mixed(4, WHOLE_INDEX);
  }

  private static float[] vector(VectorForm form, int document, int nested) {
    return form == VectorForm.WHOLE_NUMBERS
        ? new float[] {document, -nested, WHOLE_BEYOND_INT, 3}
        : new float[] {document + .5f, -nested, 1e-7f * document, 3};
  }

  private static String text(int version, int document, int nested) throws IOException {
    VectorSpelling spelling = spelling(version, document);
    return spelling.ofNumbers(vector(spelling.form(), document, nested));
  }

  /** The sources as they must be read: one document in each form, with a nested one and its own. */
  static List<String> expected(int version) throws IOException {
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < 2 * FORMS[version].length; i++) {
      sources.add(
          "{\"t\":\"\u00e4 "
              + i
              + "\",\"c\":[{\"v\":"
              + text(version, i, 1)
              + "}],\"v\": "
              + text(version, i, 0)
              + " }");
    }
    return sources;
  }

  private static void write(Directory directory) throws IOException {
    int version = StrippedSource.VERSION_CURRENT;
    IndexWriterConfig config = new IndexWriterConfig().setCodec(CodecFixtures.quantvec());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      List<String> sources = expected(version);
      for (int i = 0; i < sources.size(); i++) {
        VectorForm form = spelling(version, i).form();
        Document nested = new Document();
        nested.add(new KnnFloatVectorField("c.v", vector(form, i, 1)));
        Document root = new Document();
        root.add(new KnnFloatVectorField("v", vector(form, i, 0)));
        root.add(new StoredField("_source", stripped(version, i, sources.get(i))));
        writer.addDocuments(List.of(nested, root));
      }
    }
  }

  private static BytesRef stripped(int version, int document, String source) throws IOException {
    List<StrippedSource.Vector> vectors = new ArrayList<>();
    int end = 0;
    for (int before = 1; before >= 0; before--) {
      String text = text(version, document, before);
      int start = source.indexOf(text, end);
      end = start + text.length();
      // Before both vectors is one letter that takes two bytes.
      vectors.add(
          new StrippedSource.Vector(
              before == 0 ? "v" : "c.v", before, spelling(version, document), start + 1, end + 1));
    }
    return StrippedSource.strip(new BytesRef(source), vectors);
  }

  /** What the index in a zip has as sources. */
  static List<String> read(InputStream zip) throws IOException {
    List<String> sources = new ArrayList<>();
    try (Directory directory = new ByteBuffersDirectory()) {
      unzip(zip, directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (byte[] stored : StoredSources.of(reader)) {
          if (!StrippedSource.isStripped(stored)) {
            throw new IOException("not stripped: " + Arrays.toString(stored));
          }
        }
        for (int doc = 0; doc < reader.maxDoc(); doc++) {
          BytesRef source = reader.storedFields().document(doc).getBinaryValue("_source");
          if (source != null) {
            sources.add(
                new String(source.bytes, source.offset, source.length, StandardCharsets.UTF_8));
          }
        }
      }
    }
    return sources;
  }

  private static void zip(Directory directory, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String file : directory.listAll()) {
        try (IndexInput input = directory.openInput(file, IOContext.DEFAULT)) {
          byte[] bytes = new byte[(int) input.length()];
          input.readBytes(bytes, 0, bytes.length);
          zip.putNextEntry(new ZipEntry(file));
          zip.write(bytes);
          zip.closeEntry();
        }
      }
    }
  }

  private static void unzip(InputStream in, Directory directory) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        try (IndexOutput output = directory.createOutput(entry.getName(), IOContext.DEFAULT)) {
          byte[] bytes = zip.readAllBytes();
          output.writeBytes(bytes, bytes.length);
        }
      }
    }
  }
}
