import { gigabytes, moment, type Phrases } from './phrases.js';

const errors: Phrases['errors'] = {
  validation_error: 'कोई सेटिंग या मान गलत है',
  auth_error: 'साइन इन नहीं किया गया है',
  permission_error: 'जिस भूमिका या उपयोगकर्ता से Satchel चलता है, उसे इसकी अनुमति नहीं है',
  csrf_error: 'अनुरोध कहीं और से आया',
  not_found: 'कोई ज़रूरी चीज़ नहीं मिली',
  conflict: 'कोई और काम बीच में चल रहा था',
  cancelled: 'काम रोक दिया गया',
  too_large: 'सीमा पार हो गई',
  invalid_backup: 'फ़ाइल खराब है या बैकअप नहीं है',
  unsupported: 'यह संस्करण समर्थित नहीं है',
  wrong_key: 'कुंजी मेल नहीं खाती',
  restore_failed: 'डेटाबेस ने एक पंक्ति अस्वीकार कर दी',
  rate_limited: 'बहुत अधिक अनुरोध',
  unavailable: 'डेटाबेस, कतार या भंडारण तक पहुँच नहीं थी',
  system_error: 'प्रोग्राम की त्रुटि; विवरण उसके लॉग में है',
};

const SERVICES: Readonly<Record<string, string>> = {
  database: 'डेटाबेस',
  catalog: 'कैटलॉग',
  storage: 'बैकअप का भंडारण',
  queue: 'कतार',
  workers: 'कोई भी वर्कर',
};

export const HINDI: Phrases = {
  alarms: {
    backup_failed: (subject, { name, error }) => ({
      title: `बैकअप "${subject}" विफल हुआ`,
      lines: [
        ...(name === null ? [] : [`नाम: ${name}।`]),
        `कारण: ${errors[error]}।`,
        'पहले के बैकअप जैसे थे वैसे ही हैं। काम का विवरण देखें, कारण दूर करें और नया बैकअप बनाएँ।',
      ],
    }),
    backup_overdue: (subject, { lastGoodAt, allowedHours }) => ({
      title: `"${subject}" का कोई हालिया बैकअप नहीं है`,
      lines: [
        lastGoodAt === null ? 'कोई भी सही बैकअप नहीं है।' : `सबसे नया सही बैकअप ${moment(lastGoodAt)} का है।`,
        `${allowedHours === null ? 'उसका निर्धारित समय बीत गया और कोई सही बैकअप नहीं बना।' : `हर ${allowedHours} घंटे में एक बैकअप अपेक्षित है।`} उसके बाद के बदलाव डेटाबेस के साथ खो जाएँगे।`,
      ],
    }),
    backup_unverified: (subject, { backups, file, readAt, allowedDays }) => ({
      title: `"${subject}" के बैकअप लंबे समय से जाँचे नहीं गए`,
      lines: [
        `${backups} बैकअप ${allowedDays} दिनों से पढ़कर नहीं जाँचे गए हैं, इसलिए पता नहीं कि वे अब भी सही हैं या नहीं।`,
        ...(file === null
          ? []
          : [`सबसे पुराना: ${file}${readAt === null ? '' : `, ${moment(readAt)} को पढ़ा गया`}।`]),
        'उनकी जाँच करें।',
      ],
    }),
    restore_failed: (_subject, { file, error }) => ({
      title: 'पुनर्स्थापना विफल हुई',
      lines: [
        ...(file === null ? [] : [`फ़ाइल: ${file}।`]),
        `कारण: ${errors[error]}।`,
        'कुछ भी नहीं बदला गया। आगे क्या करना है, यह काम के विवरण में लिखा है।',
      ],
    }),
    drill_failed: (subject, { error }) => ({
      title: `"${subject}" का पुनर्स्थापना अभ्यास विफल हुआ`,
      lines: [
        `कारण: ${errors[error]}।`,
        'इस प्रकार का सबसे नया बैकअप अभ्यास में पुनर्स्थापित नहीं हो सका। नया बैकअप बनाएँ और फिर से आज़माएँ।',
      ],
    }),
    copy_failed: (subject, { file, error }) => ({
      title: `बैकअप की प्रति "${subject}" में नहीं बन सकी`,
      lines: [
        ...(file === null ? [] : [`फ़ाइल: ${file}।`]),
        `कारण: ${errors[error]}।`,
        'बैकअप मौजूद है, पर उन सब जगहों पर नहीं जहाँ होना चाहिए।',
      ],
    }),
    copy_damaged: (subject, { file, destination }) => ({
      title: 'एक संग्रहीत बैकअप खराब है',
      lines: [
        `बैकअप: ${file ?? subject}${destination === null ? '' : `, स्थान "${destination}"`}।`,
        'उसे वहाँ से पुनर्स्थापित नहीं किया जा सकता। नया बैकअप बनाएँ और देखें कि भंडारण में क्या गड़बड़ है।',
      ],
    }),
    retention_failed: (subject, { backups }) => ({
      title: `पुराने बैकअप हटाए नहीं जा सके (${subject})`,
      lines: [`${backups} बैकअप अब भी वहाँ हैं। कुछ खोया नहीं है, पर भंडारण भर रहा है।`, 'भंडारण की अनुमतियाँ देखें।'],
    }),
    storage_nearly_full: (_subject, { usedPercent, freeBytes, daysUntilFull }) => ({
      title: 'बैकअप का भंडारण लगभग भर गया है',
      lines: [
        `${gigabytes(freeBytes)} जगह बची है${usedPercent === null ? '' : ` (${usedPercent} % भरा हुआ)`}।`,
        ...(daysUntilFull === null ? [] : [`इसी गति से यह ${daysUntilFull} दिनों में भर जाएगा।`]),
        'जगह बनाएँ, या बैकअप कम समय तक रखें।',
      ],
    }),
    service_down: (subject, { error }) => ({
      title: `${SERVICES[subject] ?? subject} उपलब्ध नहीं है`,
      lines: [...(error === null ? [] : [`कारण: ${errors[error]}।`]), 'जब तक ऐसा है, बैकअप नहीं बन सकते।'],
    }),
    sign_in_attack: (subject, { refused, minutes }) => ({
      title: 'शायद कोई पासवर्ड का अनुमान लगा रहा है',
      lines: [
        `${minutes} मिनट में ${refused} बार साइन इन अस्वीकार हुआ: ${subject.replace(/^user:/, 'उपयोगकर्ता ').replace(/^address:/, 'पता ')}।`,
        'Satchel उन्हें धीमा कर देता है। यदि यह वही व्यक्ति नहीं था, तो उस पते को रोकें।',
      ],
    }),
    audit_broken: (_subject, { problems, firstNumber }) => ({
      title: 'ऑडिट लॉग से छेड़छाड़ हुई है',
      lines: [
        `${problems} जगहें मेल नहीं खातीं, पहली प्रविष्टि ${firstNumber} पर।`,
        'डेटाबेस तक पहुँच रखने वाले किसी ने इसे बदला है। "backup_system audit verify" दिखाता है कि कहाँ।',
      ],
    }),
    delivery_failed: (subject, { attempts, problem }) => ({
      title: `${subject} से चेतावनियाँ नहीं पहुँच रही हैं`,
      lines: [`${attempts} प्रयासों के बाद छोड़ दिया गया: ${problem}`, 'उसकी सेटिंग जाँचें, फिर परीक्षण करें।'],
    }),
  },
  errors,
  events: { raised: 'चेतावनी', repeated: 'अब भी', resolved: 'अब ठीक है' },
  test: {
    title: 'परीक्षण: Satchel की चेतावनियाँ यहाँ पहुँचती हैं',
    lines: ['कुछ गड़बड़ नहीं है। किसी ने देखा कि संदेश पहुँचते हैं या नहीं।'],
  },
  since: at => `${at} से।`,
  until: at => `${at} पर समाप्त।`,
  openSatchel: 'Satchel खोलें',
};
